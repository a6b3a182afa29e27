// A scanner in keyboard mode is a keyboard that types very fast and ends with Enter, wherever the focus happens to be.

const burstCharacters = 6;
const burstGap = 50;
const doubleReadWithin = 300;

/** Tells a scan from typing by its speed. */
export class KeyBurst {
  #count = 0;
  #last = 0;
  #before = '';

  /** The text before the burst, to put back. */
  get before(): string {
    return this.#before;
  }

  /** Call on every keydown with the field's text before the key took effect; true where Enter ends a burst. */
  isScan(event: KeyboardEvent, text: string): boolean {
    const quick = event.timeStamp - this.#last < burstGap;
    this.#last = event.timeStamp;
    if (event.key === 'Enter') return quick && this.#count >= burstCharacters;
    if (event.key.length !== 1) return false;
    if (quick) this.#count++;
    else {
      this.#count = 1;
      this.#before = text;
    }
    return false;
  }
}

/** Scanners sometimes read twice; nobody scans the same thing into the same basket twice within 0.3 seconds. */
export class DoubleRead {
  #what = '';
  #at = Number.NEGATIVE_INFINITY;

  isRepeat(code: string, basket: string, at: number): boolean {
    const what = `${basket} ${code}`;
    const repeat = what === this.#what && at - this.#at < doubleReadWithin;
    this.#what = what;
    this.#at = at;
    return repeat;
  }
}

export interface CodeEntry {
  count: number;
  code: string;
}

/** "4006381333931", "85123A", "3*4006381333931": a product's number, perhaps with how many; null where it reads as words. */
export function readCode(text: string): CodeEntry | null {
  const match = /^(?:(\d{1,4})[*x]\s*)?([A-Za-z0-9._\-/+#]{1,48})$/.exec(text.trim());
  if (!match || !/\d/.test(match[2]!)) return null;
  const count = match[1] === undefined ? 1 : Number(match[1]);
  return count > 0 ? { count, code: match[2]! } : null;
}

/** Sends what is typed while nothing that takes text has the focus into the field, so that no scan gets lost or presses a button. */
export function catchTyping(field: () => HTMLInputElement | null): () => void {
  const caught = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.altKey || event.metaKey || event.key.length !== 1) return;
    if (document.querySelector('dialog[open]')) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.matches('input:not([type=radio]), textarea, select')) return;
    if (event.key === ' ') return; // presses the button that has the focus
    field()?.focus();
  };
  document.addEventListener('keydown', caught, true);
  return () => document.removeEventListener('keydown', caught, true);
}
