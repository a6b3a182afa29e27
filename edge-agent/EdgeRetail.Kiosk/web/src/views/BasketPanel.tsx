import { useEffect, useRef, useState } from 'preact/hooks';
import { amountOf, type Basket, setQuantity, setTender, startNewBasket, totalOf } from '../basket';
import { type Currency, money, percent, quantity } from '../figures';
import { backToBasket, delivery, newSale, refusal, sell } from '../selling';
import { useStore } from '../store';
import { many } from '../times';
import { Dialog } from './Dialog';
import { Icon } from './Icon';
import { QuantityDialog } from './QuantityDialog';

interface Props {
  basket: Basket;
  currency: Currency;
  /** The line whose quantity has to be asked for. */
  asked: number | null;
  onAsk: (line: number | null) => void;
}

export function BasketPanel({ basket, currency, asked, onAsk }: Props) {
  const { lines, tender, phase } = basket;
  const sending = phase.name === 'sending';
  const refused = useStore(refusal);
  const [emptying, setEmptying] = useState(false);
  const list = useRef<HTMLUListElement>(null);
  const total = totalOf(lines);
  const count = lines.length;

  useEffect(() => {
    list.current?.lastElementChild?.scrollIntoView({ block: 'nearest' });
  }, [count]);

  const askedLine = asked === null ? undefined : lines[asked];
  return (
    <section class="basket" aria-label="Basket" data-empty={count === 0}>
      <div class="basket-head">
        <h2>Basket</h2>
        {count > 0 && <span>{many(count, 'line', 'lines')}</span>}
        {count > 0 && (
          <button type="button" class="text-button" disabled={sending} onClick={() => setEmptying(true)}>
            Empty
          </button>
        )}
      </div>

      {count === 0 ? (
        <div class="basket-empty">
          <Icon name="basket" />
          <p>Nothing in the basket yet.</p>
        </div>
      ) : (
        <ul class="lines" ref={list} data-test="lines">
          {lines.map((line, index) => (
            <li key={`${line.product} ${line.unitPriceMinor} ${line.name}`} class="line">
              <div class="line-what">
                <b>{line.name}</b>
                <span>
                  {money(line.unitPriceMinor, currency)}
                  {line.unit === 'each' ? ' each' : ` a ${line.unit}`}
                  {line.tax && !line.tax.inclusive && ` plus ${percent(line.tax.rateHundredths)} tax`}
                  {line.unknown && <em class="tag">not in the catalogue</em>}
                </span>
              </div>
              <div class="stepper">
                <button
                  type="button"
                  aria-label={line.quantityThousandths > 1000 ? `One ${line.name} less` : `Take ${line.name} out`}
                  disabled={sending}
                  onClick={() => setQuantity(index, line.quantityThousandths - 1000)}
                >
                  <Icon name="minus" />
                </button>
                <button
                  type="button"
                  class="stepper-figure"
                  aria-label={`Quantity of ${line.name}: ${quantity(line.quantityThousandths, line.unit)}. Change it`}
                  disabled={sending}
                  onClick={() => onAsk(index)}
                >
                  {quantity(line.quantityThousandths, line.unit)}
                </button>
                <button
                  type="button"
                  aria-label={`One ${line.name} more`}
                  disabled={sending}
                  onClick={() => setQuantity(index, line.quantityThousandths + 1000)}
                >
                  <Icon name="plus" />
                </button>
              </div>
              <div class="line-end">
                <output class="line-amount">{money(amountOf(line), currency)}</output>
                <button type="button" class="line-remove" aria-label={`Remove ${line.name}`} disabled={sending} onClick={() => setQuantity(index, 0)}>
                  <Icon name="remove" />
                </button>
              </div>
            </li>
          ))}
        </ul>
      )}

      <div class="pay">
        {refused && (
          <div class="card-trouble" role="alert" data-test="refused">
            <Icon name="trouble" />
            <p>
              <strong>{refused.detail}</strong> {refused.nextStep}
            </p>
            {refused.code === 'COMMAND_REUSED' && (
              <button type="button" class="button" onClick={newSale}>
                Start a new basket
              </button>
            )}
          </div>
        )}
        {sending && <OnItsWay />}
        <div class="total">
          <span>Total</span>
          <output data-test="total">{money(total, currency)}</output>
        </div>
        <fieldset class="tenders" disabled={sending}>
          <legend class="aside">Paid by</legend>
          {(['cash', 'card'] as const).map((kind) => (
            <label key={kind} class="tender">
              <input type="radio" name="tender" value={kind} checked={tender === kind} onChange={() => setTender(kind)} />
              <Icon name={kind} />
              {kind === 'cash' ? 'Cash' : 'Card'}
              <kbd aria-hidden="true">{kind === 'cash' ? 'F8' : 'F9'}</kbd>
            </label>
          ))}
        </fieldset>
        <button type="button" class="sell" data-test="sell" disabled={count === 0 || sending} onClick={sell}>
          {sending ? 'Selling…' : 'Sell'}
          {count > 0 && !sending && <span>{money(total, currency)}</span>}
          <kbd aria-hidden="true">F10</kbd>
        </button>
      </div>

      {askedLine && (
        <QuantityDialog
          line={askedLine}
          onSet={(thousandths) => {
            setQuantity(asked!, thousandths);
            onAsk(null);
          }}
          onClose={() => onAsk(null)}
        />
      )}
      {emptying && (
        <Dialog title="Empty the basket?" onClose={() => setEmptying(false)}>
          <p>
            {many(count, 'line', 'lines')} for {money(total, currency)} will be taken out. Nothing is sold.
          </p>
          <div class="dialog-buttons">
            <button
              type="button"
              class="button danger"
              data-first
              onClick={() => {
                startNewBasket();
                refusal.set(null);
                setEmptying(false);
              }}
            >
              Empty it
            </button>
            <button type="button" class="button" onClick={() => setEmptying(false)}>
              Keep it
            </button>
          </div>
        </Dialog>
      )}
    </section>
  );
}

/** Shown from the second try on; the first takes a few milliseconds. */
function OnItsWay() {
  const { failures, trouble } = useStore(delivery);
  if (failures === 0) return null;
  return (
    <div class="card-waiting" role="status" data-test="retrying">
      <Icon name="waiting" />
      <p>
        <strong>{trouble?.detail ?? 'The kiosk program does not answer.'}</strong>{' '}
        {trouble?.nextStep ?? 'Trying again with the same sale: it is sold once, however often it is tried.'}
      </p>
      {failures >= 3 && (
        <button type="button" class="button" onClick={backToBasket}>
          Back to the basket
        </button>
      )}
    </div>
  );
}
