import { say } from './announce';
import { findProduct } from './api';
import { addProduct, amountOf, basket, type BasketLine, linesMax, totalOf } from './basket';
import type { ProductView } from './contract';
import { type Currency, money, quantity } from './figures';
import { forget, remember } from './recent';
import { type CodeEntry, DoubleRead } from './scanner';
import { newSale } from './selling';
import { createStore } from './store';

/** Codes that were scanned or typed and are not in the basket yet, oldest first. None is dropped while the kiosk program is away. */
export const lookups = createStore<CodeEntry[]>([]);

/** Codes that no product has, waiting for a person to say what they are. */
export const unknownCodes = createStore<string[]>([]);

/** The line whose quantity has to be typed, because it is weighed or measured. */
export const askedLine = createStore<number | null>(null);

const pauseWhileAway = 700;
const doubleRead = new DoubleRead();
let working = false;

/** A scan, or a number typed and entered, at the time of the Enter. */
export function scanned(entry: CodeEntry, at: number, currency: Currency): void {
  if (!doubleRead.isRepeat(entry.code, basket.get().commandId, at)) lookUp(entry, currency);
}

/** Puts the product into the basket, in the order of the calls. */
export function lookUp(entry: CodeEntry, currency: Currency): void {
  lookups.set([...lookups.get(), entry]);
  void work(currency);
}

export function put(product: ProductView, currency: Currency, count = 1): void {
  if (basket.get().phase.name === 'sold') newSale();
  const line = addProduct(product, count * 1000);
  if (line === null) {
    sayWhyNot();
    return;
  }
  remember(product);
  sayAdded(line, currency);
  if (product.unit !== 'each') askedLine.set(basket.get().lines.indexOf(line));
}

export function sayAdded(line: BasketLine, currency: Currency): void {
  const total = money(totalOf(basket.get().lines), currency);
  say('good', `${line.name}: ${quantity(line.quantityThousandths, line.unit)} for ${money(amountOf(line), currency)}. Total ${total}.`);
}

export function sayWhyNot(): void {
  if (basket.get().phase.name === 'sending') say('trouble', 'This basket is being sold.', 'Wait for the receipt, then scan again.');
  else if (basket.get().lines.length >= linesMax) say('trouble', `A basket has at most ${linesMax} lines.`, 'Sell this one, then go on with the next.');
  else say('trouble', 'That quantity is too large for one line.', 'Check the quantity.');
}

async function work(currency: Currency): Promise<void> {
  if (working) return;
  working = true;
  try {
    for (let entry = lookups.get()[0]; entry; entry = lookups.get()[0]) {
      const answer = await findProduct(entry.code);
      if (answer.is === 'unreachable') {
        await new Promise((resolve) => setTimeout(resolve, pauseWhileAway));
        continue;
      }
      lookups.set(lookups.get().slice(1));
      if (answer.is === 'done') put(answer.value, currency, entry.count);
      else if (answer.problem.status === 404) {
        forget(entry.code);
        unknownCodes.set([...unknownCodes.get(), entry.code]);
      } else say('trouble', answer.problem.detail, answer.problem.nextStep);
    }
  } finally {
    working = false;
  }
}
