import type { ReceiptView, StatusResponse } from '../contract';
import { money, percent, quantity } from '../figures';
import { fullTime } from '../times';

const because = ({ reason, approver }: { reason: string; approver: string }) =>
  `${reason ? `: ${reason}` : ''}${approver ? ` (approved by ${approver})` : ''}`;

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
              {line.content && `, holds ${quantity(line.content.quantityThousandths, line.content.unit)} of ${line.content.display}`}
              {line.override && `, price was ${money(line.override.oldUnitPriceMinor, currency)}${because(line.override)}`}
              {line.discount && `, ${money(line.discount.amountMinor, currency)} taken off${because(line.discount)}`}
              {line.tax && !line.tax.inclusive && `, ${money(line.tax.amountMinor, currency)} tax added`}
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
            <dt>{tender.amountMinor < 0 ? 'Change' : tender.kind === 'cash' ? 'Cash' : tender.kind === 'card' ? 'Card' : 'Other'}</dt>
            <dd>{money(Math.abs(tender.amountMinor), currency)}</dd>
          </div>
        ))}
        {receipt.taxes.map((tax) => (
          <div key={`${tax.rateId} ${tax.rateHundredths} ${tax.inclusive}`} data-test="tax">
            <dt>
              Tax {tax.rateId} {percent(tax.rateHundredths)}
              {tax.inclusive && ', in the prices'}
            </dt>
            <dd>{money(tax.amountMinor, currency)}</dd>
          </div>
        ))}
      </dl>
      <footer>
        <span>Receipt</span> <b class="code">{receipt.number}</b>
      </footer>
    </article>
  );
}
