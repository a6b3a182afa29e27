import { useEffect, useState } from 'preact/hooks';
import { notice } from './announce';
import type { StatusResponse } from './contract';
import { live } from './live';
import { useStore } from './store';
import { Day } from './views/Day';
import { Header } from './views/Header';
import { PastReceipt } from './views/PastReceipt';
import { Sell } from './views/Sell';
import { Stock } from './views/Stock';
import { SyncStrip } from './views/SyncStrip';

export type Place = { view: 'sell' } | { view: 'stock' } | { view: 'day' } | { view: 'receipt'; number: string };

export function App() {
  const { status } = useStore(live);
  const place = usePlace();
  // What the shop is called and how its money is written is known from the first answer on, and stays known without one.
  const [known, setKnown] = useState<StatusResponse | null>(status);
  useEffect(() => {
    if (status) setKnown(status);
  }, [status]);

  useEffect(() => {
    if (known) document.title = `${known.storeName} · ${known.deviceCode}`;
  }, [known]);

  return (
    <div class="app">
      <Header place={place} status={known} />
      <SyncStrip />
      {known === null ? (
        <main class="starting">
          <p>Waiting for the kiosk program…</p>
        </main>
      ) : place.view === 'stock' ? (
        <Stock status={known} />
      ) : place.view === 'day' ? (
        <Day status={known} />
      ) : place.view === 'receipt' ? (
        <PastReceipt number={place.number} status={known} />
      ) : (
        <Sell status={known} />
      )}
      <Announcer />
    </div>
  );
}

/** Says every result to screen readers, wherever it is shown. */
function Announcer() {
  const last = useStore(notice);
  const text = last ? [last.text, last.nextStep].filter(Boolean).join(' ') : '';
  return (
    <>
      <div class="aside" role="status" aria-live="polite" data-test="said">
        {last?.tone === 'good' ? text : ''}
      </div>
      <div class="aside" role="alert" aria-live="assertive">
        {last?.tone === 'trouble' ? text : ''}
      </div>
    </>
  );
}

function usePlace(): Place {
  const [place, setPlace] = useState<Place>(read);
  useEffect(() => {
    const changed = () => setPlace(read());
    addEventListener('hashchange', changed);
    return () => removeEventListener('hashchange', changed);
  }, []);
  return place;
}

function read(): Place {
  const [view, rest] = location.hash.replace(/^#\/?/, '').split('/');
  if (view === 'stock') return { view: 'stock' };
  if (view === 'day') return { view: 'day' };
  if (view === 'receipt' && rest) return { view: 'receipt', number: decodeURIComponent(rest) };
  return { view: 'sell' };
}
