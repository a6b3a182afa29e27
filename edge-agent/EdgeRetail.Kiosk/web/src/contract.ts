// The local API's bodies, as EdgeRetail.Kiosk/Api has them.

export type Unit = 'each' | 'kilogram' | 'litre' | 'metre';
export type TenderKind = 'cash' | 'card' | 'other';

export interface SaleLineRequest {
  product: string;
  quantityThousandths: number;
  unitPriceMinor: number;
  amountMinor: number;
  description?: string;
  unknown: boolean;
  unit: Unit;
}

export interface SaleRequest {
  commandId: string;
  actor: string;
  lines: SaleLineRequest[];
  tender: TenderKind;
}

export interface CountRequest {
  commandId: string;
  actor: string;
  lines: { product: string; quantityThousandths: number; unit: Unit }[];
}

export interface ReceiptLineView {
  line: number;
  product: string;
  display: string;
  name: string;
  quantityThousandths: number;
  unit: Unit;
  unitPriceMinor: number;
  amountMinor: number;
  unknown: boolean;
  tax: TaxView | null;
  discount: { amountMinor: number; reason: string; approver: string } | null;
  override: { oldUnitPriceMinor: number; reason: string; approver: string } | null;
  content: ContentView | null;
}

export interface TaxView {
  rateId: string;
  rateHundredths: number;
  inclusive: boolean;
  amountMinor: number;
}

export interface ContentView {
  product: string;
  display: string;
  quantityThousandths: number;
  unit: Unit;
}

export interface ProductTaxView {
  rateId: string;
  rateHundredths: number;
  inclusive: boolean;
  rounding: 'halfUp' | 'halfEven' | 'down';
}

export interface ReceiptView {
  number: string;
  entryId: string;
  kind: 'sale' | 'refund';
  recordedAt: string;
  storeName: string;
  actor: string;
  currency: string;
  minorDigits: number;
  totalMinor: number;
  lines: ReceiptLineView[];
  tenders: { kind: TenderKind; amountMinor: number }[];
  taxes: TaxView[];
  reason: string | null;
  voided: { entryId: string; recordedAt: string; actor: string; reason: string; approver: string | null } | null;
}

export interface RecordedResponse {
  entryId: string;
  position: number;
  receipt: string | null;
  replayed: boolean;
  receiptView: ReceiptView | null;
}

export interface ProductView {
  product: string;
  display: string;
  name: string;
  brand: string;
  size: string;
  priceMinor: number;
  currency: string;
  unit: Unit;
  onHandThousandths: number | null;
  pendingThousandths: number;
  tax: ProductTaxView | null;
  content: ContentView | null;
}

export interface StockItemView {
  product: string;
  display: string;
  name: string;
  brand: string;
  size: string;
  unit: Unit;
  onHandThousandths: number;
  pendingThousandths: number;
  priceMinor: number | null;
}

export interface StockResponse {
  storeId: number;
  asOf: string | null;
  version: number;
  items: StockItemView[];
  next: string | null;
}

export interface StatusResponse {
  deviceCode: string;
  storeName: string;
  currency: string;
  minorDigits: number;
  timeZone: string;
  softwareVersion: string;
  sync: {
    state: 'connected' | 'connecting' | 'offline' | 'stopped' | 'held';
    tone: 'good' | 'waiting' | 'trouble';
    words: string;
    nextStep: string | null;
    upToDate: boolean;
    lastContactAt: string | null;
    nextAttemptAt: string | null;
  };
  outbox: { count: number };
  pendingCount: number;
  stockAsOf: string | null;
  catalogue: { version: number; products: number };
  storeFeedVersion: number;
  warnings: { code: string; message: string; nextStep: string }[];
}

export interface CloseDayRequest {
  commandId: string;
  actor: string;
  /** A date as 2026-11-27; without one the business date that it is now. */
  date?: string;
}

export interface DayTotalsView {
  currency: string;
  sales: number;
  salesMinor: number;
  refunds: number;
  refundsMinor: number;
  voids: number;
  voidsMinor: number;
  tenders: { kind: TenderKind; takenMinor: number; givenMinor: number }[];
  floatMinor: number;
  cashInMinor: number;
  cashOutMinor: number;
  dropMinor: number;
  expectedCashMinor: number;
}

export interface DayFiguresView {
  entryCount: number;
  digest: string;
  receipts: { series: string; first: number; last: number; count: number }[];
  dates: { date: string; late: boolean; entryCount: number; totals: DayTotalsView[] }[];
  expectedCash: { currency: string; minor: number }[];
}

export interface DayCloseView {
  entryId: string;
  date: string;
  state: 'unsent' | 'sent' | 'waitsForKey' | 'certified' | 'gaps';
  words: string;
  gaps: { code: string; message: string }[];
  figures: DayFiguresView;
}

export interface DayResponse {
  businessDate: string;
  currency: string;
  minorDigits: number;
  open: DayFiguresView;
  closes: DayCloseView[];
}

export interface Problem {
  title: string;
  status: number;
  code: string;
  detail: string;
  nextStep: string;
}
