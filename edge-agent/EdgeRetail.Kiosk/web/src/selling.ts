import { findProduct, postSale } from './api';
import { type Basket, basket, change, requestOf, startNewBasket } from './basket';
import type { Problem } from './contract';
import { createStore } from './store';

/** How the sale on its way stands, for people. */
export interface Delivery {
  /** How often the kiosk program has not answered. */
  failures: number;
  /** What it answered, where it answered with trouble of its own. */
  trouble: Problem | null;
}

export const delivery = createStore<Delivery>({ failures: 0, trouble: null });

/** Why the ledger did not take the basket; shown until the basket changes. */
export const refusal = createStore<Problem | null>(null);

export const lastReceiptKey = 'edgeretail.lastReceipt';

const actor = 'kiosk';
const pauses = [300, 600, 1_200, 2_500];

let delivering = false;
let wake: (() => void) | null = null;

/**
 * Sells the basket. The request is fixed and written down before it goes out, so that a second tap finds nothing to sell and
 * a reload sends the very same command again.
 */
export function sell(): void {
  const now = basket.get();
  if (now.phase.name !== 'open' || now.lines.length === 0) return;
  refusal.set(null);
  change({ ...now, phase: { name: 'sending', request: requestOf(now, actor) } });
  void deliver();
}

/** Goes on with a sale that was on its way when the page was loaded; does nothing otherwise. */
export async function deliver(): Promise<void> {
  if (delivering) return;
  delivering = true;
  delivery.set({ failures: 0, trouble: null });
  try {
    for (let failures = 0; ; failures++) {
      const now = basket.get();
      if (now.phase.name !== 'sending') return;
      const answer = await postSale(now.phase.request);
      if (basket.get().phase.name !== 'sending' || basket.get().commandId !== now.commandId) return;

      if (answer.is === 'done' && answer.value.receiptView) {
        localStorage.setItem(lastReceiptKey, answer.value.receiptView.number);
        change({ ...now, phase: { name: 'sold', receipt: answer.value.receiptView } });
        return;
      }
      if (answer.is === 'refused') {
        if (answer.problem.code === 'UNKNOWN_PRODUCT' && (await sellAsUnknown(now))) continue;
        // The command id stays: had an earlier try been recorded after all, the ledger would still know it.
        refusal.set(answer.problem);
        change({ ...now, phase: { name: 'open' } });
        return;
      }
      delivery.set({ failures: failures + 1, trouble: answer.is === 'unreachable' ? answer.problem : null });
      await pause(pauses[Math.min(failures, pauses.length - 1)]!);
    }
  } finally {
    delivering = false;
  }
}

/**
 * A product that left the catalogue between its scan and the sale is sold all the same, under the name and price that the
 * customer was shown. Nothing was recorded, so the command may say something else now. True where there was such a product.
 */
async function sellAsUnknown(now: Basket): Promise<boolean> {
  let found = false;
  const lines = [];
  for (const line of now.lines) {
    const answer = line.unknown ? null : await findProduct(line.product);
    const gone = answer?.is === 'refused' && answer.problem.status === 404;
    found ||= gone;
    lines.push(gone ? { ...line, unknown: true } : line);
  }
  if (!found || basket.get() !== now) return false;
  const next = { ...now, lines };
  change({ ...next, phase: { name: 'sending', request: requestOf(next, actor) } });
  return true;
}

/** The kiosk program is back: no need to wait for the next try. */
export function tryNow(): void {
  wake?.();
}

/** Lets people change the basket while its sale is undecided. It keeps its command id, so it still sells at most once. */
export function backToBasket(): void {
  const now = basket.get();
  if (now.phase.name === 'sending') change({ ...now, phase: { name: 'open' } });
  wake?.();
}

export function newSale(): void {
  refusal.set(null);
  startNewBasket();
}

function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => {
    const timer = window.setTimeout(done, milliseconds);
    function done() {
      clearTimeout(timer);
      wake = null;
      resolve();
    }
    wake = done;
  });
}
