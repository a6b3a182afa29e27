import { useId, useRef, useState } from 'preact/hooks';
import { type Currency, money, readMoney } from '../figures';
import { KeyBurst } from '../scanner';
import { Dialog } from './Dialog';

interface Props {
  code: string;
  currency: Currency;
  onSell: (description: string, priceMinor: number) => void;
  onSearch: () => void;
  onClose: () => void;
}

const descriptionMax = 200;

/** A product that the catalogue does not have is sold all the same, under its code, with what staff say it is and costs. */
export function UnknownProduct({ code, currency, onSell, onSearch, onClose }: Props) {
  const [description, setDescription] = useState('');
  const [price, setPrice] = useState('');
  const [trouble, setTrouble] = useState<{ field: 'description' | 'price'; text: string } | null>(null);
  const burst = useRef(new KeyBurst());
  const ids = { description: useId(), price: useId(), trouble: useId() };
  const descriptionField = useRef<HTMLInputElement>(null);
  const priceField = useRef<HTMLInputElement>(null);

  const submit = () => {
    const priceMinor = readMoney(price, currency.minorDigits);
    if (description.trim() === '') {
      setTrouble({ field: 'description', text: 'Say what it is, so that the office can find it.' });
      descriptionField.current?.focus();
    } else if (priceMinor === null) {
      const example = (3.49).toFixed(currency.minorDigits);
      setTrouble({ field: 'price', text: `Type the price of one, such as ${example}.` });
      priceField.current?.focus();
    } else {
      onSell(description.trim(), priceMinor);
    }
  };

  // A scan that lands here must not become a price or a name.
  const guard = (event: KeyboardEvent, field: 'description' | 'price') => {
    const text = field === 'price' ? price : description;
    if (!burst.current.isScan(event, text)) return;
    event.preventDefault();
    if (field === 'price') setPrice(burst.current.before);
    else setDescription(burst.current.before);
    setTrouble({ field, text: 'That was a scan. Finish this product first, then scan the next one.' });
  };

  const typed = readMoney(price, currency.minorDigits);
  return (
    <Dialog title="Not in the catalogue" onClose={onClose}>
      <form
        data-test="unknown"
        onSubmit={(event) => {
          event.preventDefault();
          submit();
        }}
      >
        <p>
          No product has the number <b class="code">{code}</b>. Sell it with a description and a price; the office sorts it out later.
        </p>
        <label for={ids.description}>What is it?</label>
        <input
          id={ids.description}
          ref={descriptionField}
          data-first
          value={description}
          maxLength={descriptionMax}
          autocomplete="off"
          aria-invalid={trouble?.field === 'description'}
          aria-describedby={ids.trouble}
          onInput={(event) => {
            setDescription(event.currentTarget.value);
            setTrouble(null);
          }}
          onKeyDown={(event) => guard(event, 'description')}
        />
        <label for={ids.price}>Price of one, in {currency.code}</label>
        <input
          id={ids.price}
          ref={priceField}
          value={price}
          inputMode="decimal"
          autocomplete="off"
          maxLength={20}
          aria-invalid={trouble?.field === 'price'}
          aria-describedby={ids.trouble}
          onInput={(event) => {
            setPrice(event.currentTarget.value);
            setTrouble(null);
          }}
          onKeyDown={(event) => guard(event, 'price')}
        />
        <p id={ids.trouble} class="trouble-text" role="alert">
          {trouble?.text ?? ''}
        </p>
        <div class="dialog-buttons">
          <button type="submit" class="button primary">
            Add{typed === null ? '' : ` for ${money(typed, currency)}`}
          </button>
          <button type="button" class="button" onClick={onSearch}>
            Search instead
          </button>
          <button type="button" class="button" onClick={onClose}>
            Leave it out
          </button>
        </div>
      </form>
    </Dialog>
  );
}
