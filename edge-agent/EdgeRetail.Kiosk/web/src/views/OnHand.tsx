import type { Unit } from '../contract';
import { quantity } from '../figures';

/** A stock figure beside a product; below zero is allowed and stands out. It never stops a sale. */
export function OnHand({ thousandths, unit }: { thousandths: number | null; unit: Unit }) {
  if (thousandths === null) return <span class="on-hand">no stock known</span>;
  return (
    <span class="on-hand" data-low={thousandths < 0 ? 'below' : thousandths === 0 ? 'none' : undefined}>
      <b>{quantity(thousandths, unit)}</b> on hand
    </span>
  );
}
