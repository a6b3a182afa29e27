// Money and quantities are integers (minor units, thousandths) everywhere; decimals exist only where people type and read.
import type { ProductTaxView, Unit } from './contract';

export interface Currency {
  code: string;
  minorDigits: number;
}

const amountMinorMax = 10_000_000_000;
const quantityThousandthsMax = 9_999_000;
const countThousandthsMax = 999_999_000;

export const unitWords: Record<Unit, string> = { each: '', kilogram: 'kg', litre: 'l', metre: 'm' };

export function money(minor: number, { code, minorDigits }: Currency): string {
  const format = new Intl.NumberFormat('en', {
    style: 'currency',
    currency: code,
    minimumFractionDigits: minorDigits,
    maximumFractionDigits: minorDigits,
  });
  return format.format(minor / 10 ** minorDigits);
}

/** Quantity times unit price, half up, without leaving the integers. */
export function lineAmount(unitPriceMinor: number, quantityThousandths: number): number {
  return Number((BigInt(unitPriceMinor) * BigInt(quantityThousandths) + 500n) / 1000n);
}

/** The tax that is added to an amount, rounded as its rate says; 0 where the price holds it. */
export function addedTax(amountMinor: number, tax: ProductTaxView | null): number {
  if (!tax || tax.inclusive) return 0;
  const exact = BigInt(amountMinor) * BigInt(tax.rateHundredths);
  const whole = exact / 10_000n;
  const twiceRest = (exact % 10_000n) * 2n;
  const up =
    tax.rounding === 'halfUp' ? twiceRest >= 10_000n : tax.rounding === 'halfEven' && (twiceRest > 10_000n || (twiceRest === 10_000n && whole % 2n === 1n));
  return Number(up ? whole + 1n : whole);
}

export function percent(hundredths: number): string {
  return `${(hundredths / 100).toLocaleString('en')}\u00a0%`;
}

/** "3", "0.375 kg"; a minus sign that reads as one. */
export function quantity(thousandths: number, unit: Unit): string {
  const sign = thousandths < 0 ? '\u2212' : '';
  const absolute = Math.abs(thousandths);
  const whole = Math.floor(absolute / 1000).toLocaleString('en');
  const fraction = String(absolute % 1000).padStart(3, '0').replace(/0+$/, '');
  const word = unitWords[unit];
  return `${sign}${whole}${fraction ? `.${fraction}` : ''}${word ? `\u00a0${word}` : ''}`;
}

/** Reads "3.49" or "3,49"; null where it is no amount above or at 0 that fits. */
export function readMoney(text: string, minorDigits: number): number | null {
  return readDecimal(text, minorDigits, amountMinorMax);
}

/** Reads "2" or "0,375" into thousandths; null where it is no quantity above 0 that fits. */
export function readQuantity(text: string): number | null {
  const thousandths = readDecimal(text, 3, quantityThousandthsMax);
  return thousandths === 0 ? null : thousandths;
}

/** Reads what was counted into thousandths, 0 as well; null where it is no quantity that fits. */
export function readCount(text: string): number | null {
  return readDecimal(text, 3, countThousandthsMax);
}

export function canBeQuantity(thousandths: number): boolean {
  return thousandths > 0 && thousandths <= quantityThousandthsMax;
}

function readDecimal(text: string, digits: number, max: number): number | null {
  const match = /^\s*(\d{1,12})(?:[.,](\d*))?\s*$/.exec(text);
  if (!match) return null;
  const fraction = match[2] ?? '';
  if (fraction.length > digits) return null;
  const value = Number(match[1]! + fraction.padEnd(digits, '0'));
  return value <= max ? value : null;
}
