import { useId, useRef, useState } from 'preact/hooks';
import { say } from '../announce';
import { postCount } from '../api';
import type { StockItemView } from '../contract';
import { quantity, readCount, unitWords } from '../figures';
import { KeyBurst } from '../scanner';
import { Dialog } from './Dialog';

/** What was counted of one product. Until the kiosk program has answered, every try sends the same command: it is recorded once. */
export function CountDialog({ item, onClose }: { item: StockItemView; onClose: () => void }) {
  const [text, setText] = useState('');
  const [trouble, setTrouble] = useState('');
  const [sending, setSending] = useState(false);
  const command = useRef(crypto.randomUUID());
  const sent = useRef<number | null>(null);
  const burst = useRef(new KeyBurst());
  const ids = { field: useId(), trouble: useId() };
  const whole = item.unit === 'each';
  const name = item.name || item.display;

  const submit = async () => {
    if (sending) return;
    const thousandths = sent.current ?? readCount(text);
    if (thousandths === null || (whole && thousandths % 1000 !== 0)) {
      setTrouble(whole ? 'Type a whole number from 0 to 999,999.' : 'Type a number from 0, such as 3.25.');
      return;
    }

    setSending(true);
    const answer = await postCount({
      commandId: command.current,
      actor: 'kiosk',
      lines: [{ product: item.product, quantityThousandths: thousandths, unit: item.unit }],
    });
    setSending(false);
    if (answer.is === 'done') {
      say('good', `${name}: counted ${quantity(thousandths, item.unit)}.`);
      onClose();
    } else if (answer.is === 'refused') {
      // Nothing was written: another figure is another command.
      command.current = crypto.randomUUID();
      sent.current = null;
      setTrouble(`${answer.problem.detail} ${answer.problem.nextStep}`);
    } else {
      // It may stand in the ledger or not: the figure stays until that is known.
      sent.current = thousandths;
      setTrouble('The kiosk program does not answer. Press Counted again: it is recorded once.');
    }
  };

  return (
    <Dialog title={name} onClose={onClose}>
      <form
        data-test="count"
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label for={ids.field}>{whole ? 'How many are there?' : `How much is there, in ${unitWords[item.unit]}?`}</label>
        <input
          id={ids.field}
          data-first
          class="figure"
          value={text}
          inputMode="decimal"
          autocomplete="off"
          maxLength={10}
          readOnly={sent.current !== null}
          aria-invalid={trouble !== ''}
          aria-describedby={ids.trouble}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (!burst.current.isScan(event, text)) return;
            event.preventDefault();
            setText(burst.current.before);
            setTrouble('That was a scan. Finish this first, then scan the next one.');
          }}
        />
        <p id={ids.trouble} class="trouble-text" role="alert">
          {trouble}
        </p>
        <div class="dialog-buttons">
          <button type="submit" class="button primary" disabled={sending}>
            Counted
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
