import { useId, useRef, useState } from 'preact/hooks';
import type { BasketLine } from '../basket';
import { quantity, readQuantity, unitWords } from '../figures';
import { KeyBurst } from '../scanner';
import { Dialog } from './Dialog';

/** How many, or how much: for large numbers, and for what is weighed. */
export function QuantityDialog({ line, onSet, onClose }: { line: BasketLine; onSet: (thousandths: number) => void; onClose: () => void }) {
  const [text, setText] = useState(quantity(line.quantityThousandths, 'each').replace(/,/g, ''));
  const [trouble, setTrouble] = useState('');
  const burst = useRef(new KeyBurst());
  const ids = { field: useId(), trouble: useId() };
  const whole = line.unit === 'each';

  const submit = () => {
    const thousandths = readQuantity(text);
    if (thousandths === null || (whole && thousandths % 1000 !== 0))
      setTrouble(whole ? 'Type a whole number from 1 to 9,999.' : 'Type a number above 0, such as 0.375.');
    else onSet(thousandths);
  };

  return (
    <Dialog title={line.name} onClose={onClose}>
      <form
        data-test="quantity"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <label for={ids.field}>{whole ? 'How many?' : `How much, in ${unitWords[line.unit]}?`}</label>
        <input
          id={ids.field}
          data-first
          class="figure"
          value={text}
          inputMode="decimal"
          autocomplete="off"
          maxLength={10}
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
          <button type="submit" class="button primary">
            Set
          </button>
          <button type="button" class="button" onClick={onClose}>
            Cancel
          </button>
        </div>
      </form>
    </Dialog>
  );
}
