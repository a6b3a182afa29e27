import { useEffect, useRef } from 'preact/hooks';
import { say } from '../announce';
import type { ReceiptView, StatusResponse } from '../contract';
import { money } from '../figures';
import { newSale } from '../selling';
import { Icon } from './Icon';
import { ReceiptCard } from './ReceiptCard';

/** Comes only after the ledger's commit. */
export function Sold({ receipt, status }: { receipt: ReceiptView; status: StatusResponse }) {
  const total = money(receipt.totalMinor, { code: receipt.currency, minorDigits: receipt.minorDigits });
  const next = useRef<HTMLButtonElement>(null);
  useEffect(() => {
    next.current?.focus();
    say('good', `Sold for ${total}. Receipt ${receipt.number}.`);
  }, [receipt.number, total]);
  return (
    <main class="sold" data-test="sold">
      <section class="sold-mark">
        <span class="stamp">
          <Icon name="check" />
        </span>
        <h1>Sold</h1>
        <p class="sold-total">{total}</p>
        <p class="sold-number">
          Receipt <b class="code">{receipt.number}</b>
        </p>
        <button type="button" class="sell" ref={next} onClick={newSale} data-test="new-sale">
          New sale
        </button>
        <p class="hint">Or just scan the next product.</p>
      </section>
      <div class="sold-receipt" tabIndex={0} role="region" aria-label="Receipt">
        <ReceiptCard receipt={receipt} status={status} />
      </div>
    </main>
  );
}
