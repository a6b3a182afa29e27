import { useId, useRef, useState } from 'preact/hooks';
import { KeyBurst } from '../scanner';
import { Dialog } from './Dialog';

/** Asks for one figure; what a scanner types into it is taken out again. */
export function FigureDialog({
  title,
  test,
  label,
  initial = '',
  locked = false,
  action,
  onFigure,
  onClose,
}: {
  title: string;
  test: string;
  label: string;
  initial?: string;
  /** The figure stays as it is. */
  locked?: boolean;
  /** What the button says. */
  action: string;
  /** Takes what was typed; gives what is wrong with it, or nothing. */
  onFigure: (text: string) => string | Promise<string>;
  onClose: () => void;
}) {
  const [text, setText] = useState(initial);
  const [trouble, setTrouble] = useState('');
  const [busy, setBusy] = useState(false);
  const burst = useRef(new KeyBurst());
  const ids = { field: useId(), trouble: useId() };

  const submit = async () => {
    if (busy) return;
    setBusy(true);
    setTrouble(await onFigure(text));
    setBusy(false);
  };

  return (
    <Dialog title={title} onClose={onClose}>
      <form
        data-test={test}
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <label for={ids.field}>{label}</label>
        <input
          id={ids.field}
          data-first
          class="figure"
          value={text}
          inputMode="decimal"
          autocomplete="off"
          maxLength={10}
          readOnly={locked}
          aria-invalid={trouble !== ''}
          aria-describedby={ids.trouble}
          onFocus={(event) => event.currentTarget.select()}
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
          <button type="submit" class="button primary" disabled={busy}>
            {action}
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
