import { useCallback, useEffect, useId, useRef, useState } from 'preact/hooks';
import { notice, say } from '../announce';
import { searchProducts } from '../api';
import { addUnknown, basket, setQuantity } from '../basket';
import type { ProductView, StatusResponse } from '../contract';
import { type Currency, money } from '../figures';
import { askedLine, lookUp, lookups, put, sayAdded, sayWhyNot, scanned, unknownCodes } from '../lookups';
import { recent } from '../recent';
import { catchTyping, readCode } from '../scanner';
import { lastReceiptKey, newSale, sell } from '../selling';
import { setTender } from '../basket';
import { useStore } from '../store';
import { BasketPanel } from './BasketPanel';
import { Icon } from './Icon';
import { OnHand } from './OnHand';
import { Sold } from './Sold';
import { UnknownProduct } from './UnknownProduct';

const hitsMax = 20;
const typingPause = 90;

/** Scan or search, basket, sell; after the commit the receipt. */
export function Sell({ status }: { status: StatusResponse }) {
  const now = useStore(basket);
  const asked = useStore(askedLine);
  const unknown = useStore(unknownCodes)[0];
  const field = useRef<HTMLInputElement>(null);
  const [text, setText] = useState('');
  const currency: Currency = { code: status.currency, minorDigits: status.minorDigits };
  const sold = now.phase.name === 'sold';

  const toField = useCallback(() => field.current?.focus(), []);

  useEffect(() => catchTyping(() => {
    // Scanning or typing on a receipt begins the next sale.
    if (basket.get().phase.name === 'sold') newSale();
    return field.current;
  }), []);

  useEffect(() => {
    const pressed = (event: KeyboardEvent) => {
      if (document.querySelector('dialog[open]')) return;
      if (event.key === 'F2') field.current?.focus();
      else if (event.key === 'F8') setTender('cash');
      else if (event.key === 'F9') setTender('card');
      else if (event.key === 'F10') sell();
      else return;
      event.preventDefault();
    };
    addEventListener('keydown', pressed);
    return () => removeEventListener('keydown', pressed);
  }, []);

  // The field has the focus whenever nothing else needs it; Tab still goes everywhere.
  useEffect(() => {
    if (!sold && unknown === undefined && asked === null) toField();
  }, [sold, unknown, asked, toField]);

  const nextUnknown = () => unknownCodes.set(unknownCodes.get().slice(1));

  return (
    <>
      {/* The field stays where it is while the receipt is shown, so that the next scan finds it. */}
      <div class={sold ? 'sell-view under-receipt' : 'sell-view'}>
        <SearchSide field={field} text={text} onText={setText} currency={currency} status={status} />
        {!sold && (
          <div
            class="basket-side"
            onClick={(event) => {
              // After a tap the field is ready again; who works by keyboard (no pointer: detail 0) keeps the place.
              if (event.detail > 0 && !document.querySelector('dialog[open]')) toField();
            }}
          >
            <BasketPanel basket={now} currency={currency} asked={asked} onAsk={(line) => askedLine.set(line)} />
          </div>
        )}
      </div>
      {now.phase.name === 'sold' && <Sold receipt={now.phase.receipt} status={status} />}
      {unknown !== undefined && (
        <UnknownProduct
          key={unknown}
          code={unknown}
          currency={currency}
          onSell={(description, priceMinor) => {
            nextUnknown();
            const line = addUnknown(unknown, description, priceMinor);
            if (line) sayAdded(line, currency);
            else sayWhyNot();
          }}
          onSearch={() => {
            nextUnknown();
            setText(unknown);
          }}
          onClose={nextUnknown}
        />
      )}
    </>
  );
}

interface SearchProps {
  field: { current: HTMLInputElement | null };
  text: string;
  onText: (text: string) => void;
  currency: Currency;
  status: StatusResponse;
}

interface Found {
  text: string;
  items: ProductView[];
}

function SearchSide({ field, text, onText, currency, status }: SearchProps) {
  const [found, setFound] = useState<Found | null>(null);
  const [trouble, setTrouble] = useState(false);
  const [active, setActive] = useState(-1);
  const list = useRef<HTMLUListElement>(null);
  const enterFor = useRef<string | null>(null);
  const ids = { list: useId(), hint: useId() };
  const wanted = text.trim();
  const hits = found !== null && found.text === wanted ? found.items : null;
  const shown = wanted === '' ? null : (hits ?? found?.items ?? null);

  useEffect(() => {
    setActive(-1);
    enterFor.current = null;
    if (wanted === '') {
      setFound(null);
      setTrouble(false);
      return;
    }
    const gone = new AbortController();
    const timer = setTimeout(() => {
      void searchProducts(wanted, hitsMax, gone.signal).then((answer) => {
        if (gone.signal.aborted) return;
        setTrouble(answer.is !== 'done');
        if (answer.is !== 'done') return;
        // What is highlighted is chosen by Enter, so the highlight never moves to another product by itself.
        setActive(-1);
        setFound({ text: wanted, items: answer.value.items });
      });
    }, typingPause);
    return () => {
      clearTimeout(timer);
      gone.abort();
    };
  }, [wanted, status.catalogue.version]);

  useEffect(() => {
    list.current?.children[active]?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  const choose = (product: ProductView) => {
    put(product, currency);
    onText('');
    field.current?.focus();
  };

  const entered = (at: number) => {
    const chosen = active >= 0 ? shown?.[active] : undefined;
    if (chosen) {
      choose(chosen);
      return;
    }
    const code = readCode(wanted);
    if (code) {
      // Empty at once: the next scan may begin before this one has been looked up.
      onText('');
      scanned(code, at, currency);
    } else if (hits === null) {
      // Quicker than the search: Enter counts for what it will find.
      enterFor.current = wanted;
    } else if (hits.length === 1) choose(hits[0]!);
    else if (hits.length > 1) {
      setActive(0);
      say('good', `${hits.length} products. Choose with the arrow keys, then Enter.`);
    }
  };

  useEffect(() => {
    if (hits === null || enterFor.current !== wanted) return;
    enterFor.current = null;
    entered(performance.now());
  }, [hits, wanted]);

  const pressed = (event: KeyboardEvent) => {
    const count = shown?.length ?? 0;
    if (event.key === 'Enter') {
      event.preventDefault();
      entered(event.timeStamp);
    } else if (event.key === 'ArrowDown' && count > 0) {
      event.preventDefault();
      setActive((active + 1) % count);
    } else if (event.key === 'ArrowUp' && count > 0) {
      event.preventDefault();
      setActive(active <= 0 ? count - 1 : active - 1);
    } else if (event.key === 'Escape') {
      onText('');
    } else if ((event.key === '+' || event.key === '-') && text === '') {
      // On an empty field: one more or one less of the last line.
      const { lines } = basket.get();
      const last = lines.at(-1);
      if (!last) return;
      event.preventDefault();
      setQuantity(lines.length - 1, last.quantityThousandths + (event.key === '+' ? 1000 : -1000));
      const line = basket.get().lines[lines.length - 1];
      if (line) sayAdded(line, currency);
      else say('good', `${last.name} taken out.`);
    }
  };

  return (
    <main class="search-side" data-searching={wanted !== ''}>
      <h1 class="aside">Sell</h1>
      <div class="search">
        <Icon name={wanted === '' ? 'scan' : 'search'} />
        <input
          ref={field}
          type="text"
          data-test="search"
          role="combobox"
          aria-label="Scan, or type a name or number"
          aria-describedby={ids.hint}
          aria-expanded={shown !== null && shown.length > 0}
          aria-controls={ids.list}
          aria-autocomplete="list"
          aria-activedescendant={active >= 0 ? `${ids.list}-${active}` : undefined}
          placeholder="Scan, or type a name or number"
          autocomplete="off"
          autocapitalize="off"
          spellcheck={false}
          maxLength={80}
          value={text}
          onInput={(event) => onText(event.currentTarget.value)}
          onKeyDown={pressed}
        />
        {text !== '' && (
          <button
            type="button"
            class="search-clear"
            aria-label="Clear the search"
            onClick={() => {
              onText('');
              field.current?.focus();
            }}
          >
            <Icon name="remove" />
          </button>
        )}
      </div>
      <p id={ids.hint} class="aside">
        Enter adds a scanned or typed number. Arrow keys choose among the products found. F8 cash, F9 card, F10 sells.
      </p>

      <NoticeBar />

      {shown === null ? (
        wanted === '' && <Idle currency={currency} status={status} />
      ) : (
        <>
          <ul class="hits" id={ids.list} ref={list} role="listbox" aria-label="Products found" data-test="hits" data-stale={hits === null}>
            {shown.map((product, index) => (
              <li
                key={product.product}
                id={`${ids.list}-${index}`}
                role="option"
                aria-selected={index === active}
                onClick={() => choose(product)}
                onPointerDown={(event) => event.preventDefault()}
              >
                <div class="hit-what">
                  <b>{product.name || product.display}</b>
                  <span>{[product.brand, product.size, product.display].filter(Boolean).join(' · ')}</span>
                </div>
                <OnHand thousandths={product.onHandThousandths} unit={product.unit} />
                <span class="hit-price">{money(product.priceMinor, currency)}</span>
              </li>
            ))}
          </ul>
          {hits?.length === 0 && (
            <div class="nothing" data-test="nothing">
              <p>
                <strong>Nothing found for “{wanted}”.</strong> Try fewer letters, or type the number from the label and press Enter.
              </p>
              {readCode(wanted) !== null && (
                <button
                  type="button"
                  class="button"
                  onClick={() => {
                    const code = readCode(wanted)!;
                    onText('');
                    lookUp(code, currency);
                  }}
                >
                  Sell {readCode(wanted)!.code} without the catalogue
                </button>
              )}
            </div>
          )}
        </>
      )}
      {trouble && (
        <p class="trouble-text" role="alert">
          The kiosk program does not answer the search. What you typed is kept.
        </p>
      )}
    </main>
  );
}

/** The last result, and what is still being looked up. */
function NoticeBar() {
  const last = useStore(notice);
  const waiting = useStore(lookups);
  const [visible, setVisible] = useState<number | null>(null);
  useEffect(() => {
    if (!last) return;
    setVisible(last.id);
    const timer = setTimeout(() => setVisible(null), last.tone === 'good' ? 4_000 : 15_000);
    return () => clearTimeout(timer);
  }, [last]);

  if (waiting.length > 0)
    return (
      <p class="notice" data-tone="waiting" data-test="looking-up">
        <Icon name="waiting" /> Looking up {waiting.map((entry) => entry.code).join(', ')}…
      </p>
    );
  if (!last || visible !== last.id) return null;
  return (
    <p class="notice" data-tone={last.tone} data-test="notice" key={last.id} aria-hidden="true">
      <Icon name={last.tone === 'good' ? 'check' : 'trouble'} />
      <span>
        <strong>{last.text}</strong> {last.nextStep}
      </span>
    </p>
  );
}

/** While nothing is searched: what was sold here lately, one tap away. */
function Idle({ currency, status }: { currency: Currency; status: StatusResponse }) {
  const products = useStore(recent);
  const lastReceipt = localStorage.getItem(lastReceiptKey);
  return (
    <div class="idle">
      {products.length > 0 ? (
        <>
          <h2>Lately sold here</h2>
          <ul class="tiles">
            {products.map((product) => (
              <li key={product.product}>
                <button type="button" class="tile" onClick={() => lookUp({ count: 1, code: product.display }, currency)}>
                  <b>{product.name}</b>
                  <span>{product.detail || product.display}</span>
                </button>
              </li>
            ))}
          </ul>
        </>
      ) : (
        <div class="welcome">
          <Icon name="scan" />
          <p>
            <strong>Ready to sell.</strong>
            {status.catalogue.products > 0
              ? ` ${status.catalogue.products.toLocaleString('en')} products are in the catalogue.`
              : ' The catalogue has not come down from the cloud yet; any product can be sold with a description and a price.'}
          </p>
        </div>
      )}
      {lastReceipt && (
        <a class="last-receipt" href={`#/receipt/${encodeURIComponent(lastReceipt)}`}>
          Last receipt <b class="code">{lastReceipt}</b>
        </a>
      )}
    </div>
  );
}
