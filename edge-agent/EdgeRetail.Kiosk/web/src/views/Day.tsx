import { useEffect, useRef, useState } from 'preact/hooks';
import { say } from '../announce';
import { day as readDay, postDayClose } from '../api';
import type { DayCloseView, DayFiguresView, DayResponse, DayTotalsView, StatusResponse } from '../contract';
import { money } from '../figures';
import { many } from '../times';
import { Dialog } from './Dialog';

const tenderWords = { cash: 'Cash', card: 'Card', other: 'Other' };

/** What was recorded since the day was last closed, what should be in the drawer, and what the cloud says to the closes. */
export function Day({ status }: { status: StatusResponse }) {
  const [day, setDay] = useState<DayResponse | null>(null);
  const [trouble, setTrouble] = useState('');
  const [asking, setAsking] = useState(false);
  const [closed, setClosed] = useState(0);

  // Anew when something was sold here or came down from the cloud; an answer to a close moves neither, so it is asked for.
  const changes = `${status.storeFeedVersion} ${status.pendingCount} ${status.outbox.count} ${closed}`;
  const waits = day?.closes.some((close) => close.state !== 'certified' && close.state !== 'gaps') ?? false;
  useEffect(() => {
    const gone = new AbortController();
    const ask = () =>
      void readDay(gone.signal).then((answer) => {
        if (gone.signal.aborted) return;
        if (answer.is === 'done') setDay(answer.value);
        setTrouble(answer.is === 'done' ? '' : (answer.problem?.detail ?? 'The kiosk program does not answer.'));
      });
    ask();
    const timer = waits ? setInterval(ask, 5_000) : undefined;
    return () => {
      clearInterval(timer);
      gone.abort();
    };
  }, [changes, waits]);

  return (
    <main class="stock day">
      <div class="stock-head">
        <h1>Day {day?.businessDate}</h1>
        <p class="trouble-text" role="alert">
          {trouble}
        </p>
        <button type="button" class="button primary" data-test="close-day" disabled={day === null} onClick={() => setAsking(true)}>
          Close the day
        </button>
      </div>
      {day && (
        <>
          <h2>{day.closes.length === 0 ? 'Recorded so far' : 'Recorded since it was last closed'}</h2>
          <Figures figures={day.open} minorDigits={day.minorDigits} />
          {day.closes.length > 0 && <h2>Closed</h2>}
          {day.closes.map((close) => (
            <Close key={close.entryId} close={close} />
          ))}
        </>
      )}
      {asking && day && <CloseDialog day={day} onClose={() => setAsking(false)} onClosed={() => setClosed(closed + 1)} />}
    </main>
  );
}

function Close({ close }: { close: DayCloseView }) {
  return (
    <section data-test="closed-day" data-state={close.state}>
      <p>
        <strong>{close.date}</strong> {many(close.figures.entryCount, 'entry', 'entries')}. {close.words}
      </p>
      {close.gaps.map((gap) => (
        <p key={gap.message} class="trouble-text">
          {gap.message}
        </p>
      ))}
    </section>
  );
}

function Figures({ figures, minorDigits }: { figures: DayFiguresView; minorDigits: number }) {
  return (
    <div data-test="day-figures">
      <p>
        {many(figures.entryCount, 'entry', 'entries')}
        {figures.receipts.map((range) => `, receipts ${range.series}-${range.first} to ${range.last}`)}
      </p>
      {figures.dates.map((date) => (
        <section key={date.date}>
          <h3>
            {date.date}
            {date.late && ' (late: that date was closed before)'}
          </h3>
          {date.totals.map((totals) => (
            <Totals key={totals.currency} totals={totals} minorDigits={minorDigits} />
          ))}
        </section>
      ))}
      {figures.expectedCash.map((cash) => (
        <p key={cash.currency} data-test="expected-cash">
          <strong>Expected cash: {money(cash.minor, { code: cash.currency, minorDigits })}</strong>
        </p>
      ))}
    </div>
  );
}

function Totals({ totals, minorDigits }: { totals: DayTotalsView; minorDigits: number }) {
  const amount = (minor: number) => money(minor, { code: totals.currency, minorDigits });
  const rows: [string, number][] = [
    [many(totals.sales, 'sale', 'sales'), totals.salesMinor],
    [many(totals.refunds, 'refund', 'refunds'), -totals.refundsMinor],
    [many(totals.voids, 'void', 'voids'), -totals.voidsMinor],
    ...totals.tenders.map((tender): [string, number] => [`By ${tenderWords[tender.kind].toLowerCase()}`, tender.takenMinor - tender.givenMinor]),
    ['Float', totals.floatMinor],
    ['Cash in', totals.cashInMinor],
    ['Cash out', -totals.cashOutMinor],
    ['To the safe', -totals.dropMinor],
  ];
  return (
    <dl class="day-totals">
      {rows
        .filter(([, minor], index) => index === 0 || minor !== 0)
        .map(([label, minor]) => (
          <div key={label}>
            <dt>{label}</dt>
            <dd>{amount(minor)}</dd>
          </div>
        ))}
    </dl>
  );
}

/** Asks once more. Until the kiosk program has answered, every try sends the same command: the day is closed once. */
function CloseDialog({ day, onClose, onClosed }: { day: DayResponse; onClose: () => void; onClosed: () => void }) {
  const command = useRef(crypto.randomUUID());
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);

  const close = async () => {
    setBusy(true);
    const answer = await postDayClose({ commandId: command.current, actor: 'kiosk', date: day.businessDate });
    setBusy(false);
    if (answer.is === 'done') {
      say('good', `${day.businessDate} is closed.`);
      onClosed();
      onClose();
    } else if (answer.is === 'refused') {
      // Nothing was written: another try is another command.
      command.current = crypto.randomUUID();
      setTrouble(`${answer.problem.detail} ${answer.problem.nextStep}`);
    } else {
      setTrouble('The kiosk program does not answer. Press Close again: the day is closed once.');
    }
  };

  return (
    <Dialog title={`Close ${day.businessDate}?`} onClose={onClose}>
      <Figures figures={day.open} minorDigits={day.minorDigits} />
      <p class="trouble-text" role="alert">
        {trouble}
      </p>
      <div class="dialog-buttons">
        <button type="button" class="button primary" data-first data-test="close-day-now" disabled={busy} onClick={() => void close()}>
          Close
        </button>
        <button type="button" class="button" onClick={onClose}>
          Not yet
        </button>
      </div>
    </Dialog>
  );
}
