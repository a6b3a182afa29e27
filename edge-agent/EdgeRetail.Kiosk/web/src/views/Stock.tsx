import { useEffect, useRef, useState } from 'preact/hooks';
import { stockPage, stockSearch } from '../api';
import type { StatusResponse, StockItemView } from '../contract';
import { money, quantity } from '../figures';
import { catchTyping } from '../scanner';
import { ago, clockTime, many } from '../times';
import { useNow } from '../useNow';
import { CountDialog } from './CountDialog';
import { Icon } from './Icon';

const pageSize = 50;
const typingPause = 120;

/** What is on hand by what this kiosk knows: the cloud's figures as of a time, and its own entries that are not in them yet. */
export function Stock({ status }: { status: StatusResponse }) {
  const [text, setText] = useState('');
  const [items, setItems] = useState<StockItemView[] | null>(null);
  const [next, setNext] = useState<string | null>(null);
  const [trouble, setTrouble] = useState<string | null>(null);
  const [counted, setCounted] = useState<StockItemView | null>(null);
  const field = useRef<HTMLInputElement>(null);
  const shown = useRef(pageSize);
  const now = useNow();
  const wanted = text.trim();

  useEffect(() => catchTyping(() => field.current), []);
  useEffect(() => field.current?.focus(), []);

  // Anew when something was sold here, came down from the cloud or was typed; as far down as people had gone.
  const changes = `${status.storeFeedVersion} ${status.pendingCount} ${status.catalogue.version}`;
  useEffect(() => {
    const gone = new AbortController();
    const timer = setTimeout(
      () => {
        const asking =
          wanted === '' ? stockPage(null, Math.min(shown.current, 500), gone.signal) : stockSearch(wanted, pageSize, gone.signal);
        void asking.then((answer) => {
          if (gone.signal.aborted) return;
          if (answer.is === 'done') {
            setItems(answer.value.items);
            setNext(answer.value.next);
          }
          setTrouble(answer.is === 'done' ? null : (answer.problem?.detail ?? 'The kiosk program does not answer.'));
        });
      },
      wanted === '' && items === null ? 0 : typingPause,
    );
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [wanted, changes]);

  const more = async () => {
    if (next === null) return;
    const answer = await stockPage(next, pageSize);
    if (answer.is !== 'done') return;
    shown.current += pageSize;
    setItems([...(items ?? []), ...answer.value.items]);
    setNext(answer.value.next);
  };

  const pendingOnScreen = items?.some((item) => item.pendingThousandths !== 0) ?? false;
  return (
    <main class="stock">
      <div class="stock-head">
        <h1>Stock</h1>
        <p data-test="as-of">{asOfWords(status, now)}</p>
        <div class="search">
          <Icon name="search" />
          <input
            ref={field}
            type="text"
            data-test="stock-search"
            aria-label="Search the stock by name or number"
            placeholder="Name or number"
            autocomplete="off"
            spellcheck={false}
            maxLength={80}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === 'Escape') setText('');
              else if (event.key === 'Enter') field.current?.select();
            }}
          />
          {text !== '' && (
            <button type="button" class="search-clear" aria-label="Clear the search" onClick={() => setText('')}>
              <Icon name="remove" />
            </button>
          )}
        </div>
      </div>

      {trouble && (
        <p class="trouble-text" role="alert">
          {trouble} These figures may be older than they say.
        </p>
      )}
      {items !== null && items.length === 0 && (
        <p class="nothing">
          <strong>{wanted === '' ? 'No stock is known yet.' : `Nothing found for “${wanted}”.`}</strong>{' '}
          {wanted === '' ? 'It comes down from the cloud, or with the first delivery.' : 'Try fewer letters, or scan the label.'}
        </p>
      )}
      {items !== null && items.length > 0 && (
        <table class="stock-table" data-test="stock">
          <thead>
            <tr>
              <th scope="col">Product</th>
              <th scope="col" class="number">
                On hand
              </th>
              <th scope="col" class="number">
                of which pending
              </th>
              <th scope="col" class="number">
                Price
              </th>
              <th scope="col">
                <span class="aside">Count</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {items.map((item) => (
              <tr key={item.product} data-below={item.onHandThousandths < 0}>
                <th scope="row">
                  <b>{item.name || item.display}</b>
                  <span>{[item.brand, item.size, item.name ? item.display : 'not in the catalogue'].filter(Boolean).join(' · ')}</span>
                </th>
                <td class="number on-hand-cell" data-label="On hand">
                  {quantity(item.onHandThousandths, item.unit)}
                  {item.onHandThousandths < 0 && <em class="tag below">below zero</em>}
                </td>
                <td class="number" data-label="of which pending">
                  {item.pendingThousandths === 0 ? <span class="none">–</span> : signed(item)}
                </td>
                <td class="number" data-label="Price">
                  {item.priceMinor === null ? <span class="none">–</span> : money(item.priceMinor, { code: status.currency, minorDigits: status.minorDigits })}
                </td>
                <td>
                  <button type="button" class="button" aria-label={`Count ${item.name || item.display}`} onClick={() => setCounted(item)}>
                    Count
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {pendingOnScreen && (
        <p class="hint">Pending: recorded at this kiosk, counted in “on hand”, and not yet confirmed by the cloud’s figures.</p>
      )}
      {next !== null && wanted === '' && (
        <button type="button" class="button more" onClick={() => void more()}>
          Show more
        </button>
      )}
      {counted && <CountDialog item={counted} onClose={() => setCounted(null)} />}
    </main>
  );
}

function signed(item: StockItemView): string {
  return (item.pendingThousandths > 0 ? '+' : '') + quantity(item.pendingThousandths, item.unit);
}

function asOfWords(status: StatusResponse, now: number): string {
  const own =
    status.pendingCount === 0
      ? ''
      : ` ${many(status.pendingCount, 'entry', 'entries')} of this kiosk ${status.pendingCount === 1 ? 'is' : 'are'} counted on top.`;
  if (status.stockAsOf === null) return `The cloud’s figures have not come down yet.${own}`;
  const at = `${clockTime(status.stockAsOf, status.timeZone, now)}, ${ago(status.stockAsOf, now)}`;
  return status.sync.state === 'connected' ? `Live from the cloud; last change at ${at}.${own}` : `As of ${at}.${own}`;
}
