import type { ProductTaxView, ProductView, ReceiptView, SaleRequest, TenderKind, Unit } from './contract';
import { addedTax, canBeQuantity, lineAmount } from './figures';
import { slotKey } from './slot';
import { createStore } from './store';

export interface BasketLine {
  product: string;
  display: string;
  name: string;
  detail: string;
  unit: Unit;
  unitPriceMinor: number;
  quantityThousandths: number;
  unknown: boolean;
  /** Missing in a basket that an earlier release kept. */
  tax?: ProductTaxView | null;
}

/**
 * open: it can be changed. sending: the request is fixed and goes out, with the same command id, until the ledger has
 * answered. sold: the ledger has it.
 */
export type Phase =
  | { name: 'open' }
  | { name: 'sending'; request: SaleRequest }
  | { name: 'sold'; receipt: ReceiptView };

export interface Basket {
  /** Made when the basket opens and gone only with it: whatever is retried, one basket is one sale. */
  commandId: string;
  lines: BasketLine[];
  tender: TenderKind;
  phase: Phase;
}

export const linesMax = 200;

export const basket = createStore<Basket>(freshBasket());

let slot: number | null = null;

/** Brings back what the slot holds, and from now on writes every change to it before anything else happens. */
export function openBasket(ownSlot: number): void {
  slot = ownSlot;
  const kept = localStorage.getItem(slotKey(ownSlot));
  if (kept !== null) basket.set(JSON.parse(kept) as Basket);
}

export function change(next: Basket): void {
  if (slot !== null) {
    if (next.lines.length === 0 && next.phase.name === 'open') localStorage.removeItem(slotKey(slot));
    else localStorage.setItem(slotKey(slot), JSON.stringify(next));
  }
  basket.set(next);
}

export function startNewBasket(): void {
  change(freshBasket());
}

export function addProduct(product: ProductView, quantityThousandths = 1000): BasketLine | null {
  return addLine({
    product: product.product,
    display: product.display,
    name: product.name || product.display,
    detail: [product.brand, product.size].filter(Boolean).join(' · '),
    unit: product.unit,
    unitPriceMinor: product.priceMinor,
    quantityThousandths,
    unknown: false,
    tax: product.tax,
  });
}

export function addUnknown(code: string, description: string, unitPriceMinor: number): BasketLine | null {
  return addLine({
    product: code,
    display: code,
    name: description,
    detail: 'Not in the catalogue',
    unit: 'each',
    unitPriceMinor,
    quantityThousandths: 1000,
    unknown: true,
  });
}

/** The line as it now is, or null where the basket cannot take it. */
function addLine(line: BasketLine): BasketLine | null {
  const now = basket.get();
  if (now.phase.name !== 'open') return null;
  const same = now.lines.findIndex(
    (other) =>
      other.product === line.product && other.unitPriceMinor === line.unitPriceMinor && other.unknown === line.unknown && other.name === line.name,
  );
  if (same < 0) {
    if (now.lines.length >= linesMax) return null;
    change({ ...now, lines: [...now.lines, line] });
    return line;
  }
  const more = { ...now.lines[same]!, quantityThousandths: now.lines[same]!.quantityThousandths + line.quantityThousandths };
  if (!canBeQuantity(more.quantityThousandths)) return null;
  change({ ...now, lines: replaced(now.lines, same, more) });
  return more;
}

/** Sets a line's quantity; 0 or less takes the line out. */
export function setQuantity(index: number, quantityThousandths: number): void {
  const now = basket.get();
  const line = now.lines[index];
  if (now.phase.name !== 'open' || !line) return;
  if (quantityThousandths <= 0) change({ ...now, lines: now.lines.filter((_, other) => other !== index) });
  else if (canBeQuantity(quantityThousandths)) change({ ...now, lines: replaced(now.lines, index, { ...line, quantityThousandths }) });
}

export function setTender(tender: TenderKind): void {
  const now = basket.get();
  if (now.phase.name === 'open') change({ ...now, tender });
}

const priceOf = (line: BasketLine) => lineAmount(line.unitPriceMinor, line.quantityThousandths);

/** What the customer pays for the line: with the tax that its price does not hold. */
export const amountOf = (line: BasketLine) => priceOf(line) + addedTax(priceOf(line), line.tax ?? null);
export const totalOf = (lines: BasketLine[]) => lines.reduce((sum, line) => sum + amountOf(line), 0);

/** Prices and amounts go along as the customer saw them: what is on the screen is what is sold. */
export function requestOf(now: Basket, actor: string): SaleRequest {
  return {
    commandId: now.commandId,
    actor,
    tender: now.tender,
    lines: now.lines.map((line) => ({
      product: line.product,
      quantityThousandths: line.quantityThousandths,
      unitPriceMinor: line.unitPriceMinor,
      amountMinor: priceOf(line),
      unknown: line.unknown,
      unit: line.unit,
      ...(line.unknown ? { description: line.name } : {}),
    })),
  };
}

function replaced(lines: BasketLine[], index: number, line: BasketLine): BasketLine[] {
  return lines.map((other, at) => (at === index ? line : other));
}

function freshBasket(): Basket {
  return { commandId: crypto.randomUUID(), lines: [], tender: 'cash', phase: { name: 'open' } };
}
