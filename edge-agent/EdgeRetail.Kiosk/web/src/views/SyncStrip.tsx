import { useEffect, useState } from 'preact/hooks';
import { basket } from '../basket';
import { live } from '../live';
import { useStore } from '../store';
import { ago } from '../times';
import { useNow } from '../useNow';
import { Icon, type IconName } from './Icon';

const icons: Record<string, IconName> = { good: 'check', waiting: 'waiting', trouble: 'trouble', gone: 'unknown' };

/** How much of what was sold has been sent, in plain words; never claims anything while the kiosk program is gone. */
export function SyncStrip() {
  const { status, connected } = useStore(live);
  const gone = useGone(connected);
  const now = useNow(1_000);
  const kept = useStore(basket).lines.length > 0;

  if (status === null && !gone) return <div class="strip" />;

  const tone = gone ? 'gone' : status!.sync.tone;
  const words = gone
    ? `The kiosk program is restarting${kept ? '; your basket is kept' : ''}.`
    : status!.sync.words;
  const next = gone ? 'This page goes on by itself. If it takes longer than a minute, restart the kiosk.' : status!.sync.nextStep;

  const sync = status?.sync;
  // No tick while something is still to be sent.
  const icon = tone === 'good' && status!.outbox.count > 0 ? 'waiting' : icons[tone]!;
  return (
    <div>
      <section class="strip" data-tone={tone} data-test="sync" role="status" aria-live="polite" aria-label="Sync">
        <Icon name={icon} />
        <p>
          <strong>{words}</strong> {next && <span>{next}</span>}
        </p>
        {!gone && sync && tone !== 'good' && (
          <small aria-live="off">
            {sync.lastContactAt && `Cloud last heard ${ago(sync.lastContactAt, now)}.`}
            {sync.nextAttemptAt && Date.parse(sync.nextAttemptAt) > now && ` Next try in ${wait(Date.parse(sync.nextAttemptAt) - now)}.`}
          </small>
        )}
      </section>
      {!gone &&
        status!.warnings.map((warning) => (
          <section key={warning.code} class="strip" data-tone="trouble" data-test="warning" role="status" aria-label="Warning">
            <Icon name="trouble" />
            <p>
              <strong>{warning.message}</strong> <span>{warning.nextStep}</span>
            </p>
          </section>
        ))}
    </div>
  );
}

function wait(milliseconds: number): string {
  const seconds = Math.ceil(milliseconds / 1000);
  return seconds < 100 ? `${seconds} s` : `${Math.round(seconds / 60)} min`;
}

/** A short gap (a reload of the stream) is no news. */
function useGone(connected: boolean): boolean {
  const [gone, setGone] = useState(false);
  useEffect(() => {
    if (connected) {
      setGone(false);
      return;
    }
    const timer = setTimeout(() => setGone(true), 600);
    return () => clearTimeout(timer);
  }, [connected]);
  return gone;
}
