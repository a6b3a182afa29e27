import { createStore } from './store';

export interface Notice {
  id: number;
  tone: 'good' | 'trouble';
  text: string;
  nextStep?: string;
}

/** The last result, on screen and for screen readers. */
export const notice = createStore<Notice | null>(null);

let next = 1;

export function say(tone: Notice['tone'], text: string, nextStep?: string): void {
  notice.set({ id: next++, tone, text, ...(nextStep ? { nextStep } : {}) });
}
