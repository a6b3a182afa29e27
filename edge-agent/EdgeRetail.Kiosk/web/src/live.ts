import { refreshPage } from './api';
import type { StatusResponse } from './contract';
import { createStore } from './store';

/** What the kiosk program says about itself, and whether it says anything at all right now. */
export interface Live {
  status: StatusResponse | null;
  connected: boolean;
  /** Since when it has been gone; null while it is there. */
  goneSince: number | null;
}

export const live = createStore<Live>({ status: null, connected: false, goneSince: Date.now() });

/** The kiosk program sends at least a "ping" every 5 seconds; silence beyond this means that the line is dead. */
const silenceMax = 12_000;
const retryFirst = 300;
const retryMax = 3_000;

let onBack: (() => void) | null = null;
let mayReload: () => boolean = () => true;

/** Keeps one event stream open for as long as the page lives. */
export function follow(options: { whenBack: () => void; mayReload: () => boolean }): void {
  onBack = options.whenBack;
  mayReload = options.mayReload;
  open(retryFirst, true);
}

function open(retryAfter: number, first: boolean): void {
  const source = new EventSource('/api/v1/events');
  let watchdog = 0;
  let opened = false;

  const heard = () => {
    clearTimeout(watchdog);
    watchdog = window.setTimeout(lost, silenceMax);
  };
  const lost = () => {
    clearTimeout(watchdog);
    source.close();
    const before = live.get();
    live.set({ ...before, connected: false, goneSince: before.goneSince ?? Date.now() });
    window.setTimeout(() => open(opened ? retryFirst : Math.min(retryAfter * 1.6, retryMax), false), opened ? retryFirst : retryAfter);
  };

  source.addEventListener('open', () => {
    opened = true;
    heard();
    if (!first) void takeNewPage();
  });
  source.addEventListener('ping', heard);
  source.addEventListener('status', (event) => {
    heard();
    const wasGone = !live.get().connected;
    live.set({ status: JSON.parse((event as MessageEvent<string>).data) as StatusResponse, connected: true, goneSince: null });
    if (wasGone) onBack?.();
  });
  // The browser's own retry gives up for good on some answers, so the page always makes the next stream itself.
  source.addEventListener('error', lost);
  heard();
}

/** After a restart: the new token, and the new page if an update brought one and nobody is in the middle of something. */
async function takeNewPage(): Promise<void> {
  try {
    const { newer } = await refreshPage();
    if (newer && mayReload()) location.reload();
  } catch {
    // It went away again; the stream's retry will notice.
  }
}
