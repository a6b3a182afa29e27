import { useEffect, useState } from 'preact/hooks';
import { type Answer, receipt as fetchReceipt } from '../api';
import type { ReceiptView, StatusResponse } from '../contract';
import { ReceiptCard } from './ReceiptCard';

/** A receipt looked up again by its number. */
export function PastReceipt({ number, status }: { number: string; status: StatusResponse }) {
  const [answer, setAnswer] = useState<Answer<ReceiptView> | null>(null);
  useEffect(() => {
    const gone = new AbortController();
    setAnswer(null);
    void fetchReceipt(number, gone.signal).then((got) => !gone.signal.aborted && setAnswer(got));
    return () => gone.abort();
  }, [number]);
  return (
    <main class="past">
      <a class="button" href="#/sell">
        Back to selling
      </a>
      {answer === null ? null : answer.is === 'done' ? (
        <ReceiptCard receipt={answer.value} status={status} />
      ) : (
        <p class="trouble-text" role="alert">
          {answer.problem ? `${answer.problem.detail} ${answer.problem.nextStep}` : 'The kiosk program does not answer. Try again in a moment.'}
        </p>
      )}
    </main>
  );
}
