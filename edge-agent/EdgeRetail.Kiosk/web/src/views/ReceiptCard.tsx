import type { ReceiptView, StatusResponse } from '../contract';
import { money, quantity } from '../figures';
import { fullTime } from '../times';

/** A receipt as it stands in the ledger. */
export function ReceiptCard({ receipt, status }: { receipt: ReceiptView; status: StatusResponse }) {
  const currency = { code: receipt.currency, minorDigits: receipt.minorDigits };
  return (
    <article class="receipt" aria-label={`Receipt ${receipt.number}`} data-test="receipt">
      <header>
        <b>{receipt.storeName}</b>
        <span>{fullTime(receipt.recordedAt, status.timeZone)}</span>
      </header>
      {receipt.voided && (
        <p class="receipt-voided" data-test="voided">
          <b>Voided</b> {fullTime(receipt.voided.recordedAt, status.timeZone)}: {receipt.voided.reason}
        </p>
      )}
      <ul>
        {receipt.lines.map((line) => (
          <li key={line.line}>
            <span class="receipt-name">
              {line.name}
              {line.unknown && <em class="tag">{line.display}</em>}
            </span>
            <span class="receipt-amount">{money(line.amountMinor, currency)}</span>
            <span class="receipt-sum">
              {quantity(line.quantityThousandths, line.unit)} × {money(line.unitPriceMinor, currency)}
            </span>
          </li>
        ))}
      </ul>
      <dl>
        <div class="receipt-total">
          <dt>{receipt.kind === 'refund' ? 'Refunded' : 'Total'}</dt>
          <dd>{money(receipt.totalMinor, currency)}</dd>
        </div>
        {receipt.tenders.map((tender, index) => (
          <div key={index}>
            <dt>{tender.kind === 'cash' ? 'Cash' : tender.kind === 'card' ? 'Card' : 'Other'}</dt>
            <dd>{money(tender.amountMinor, currency)}</dd>
          </div>
        ))}
      </dl>
      <footer>
        <span>Receipt</span> <b class="code">{receipt.number}</b>
      </footer>
    </article>
  );
}
