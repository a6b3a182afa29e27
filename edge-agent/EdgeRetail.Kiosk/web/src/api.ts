import type { CloseDayRequest, CountRequest, DayResponse, Problem, ProductView, ReceiptView, RecordedResponse, SaleRequest, StockItemView, StockResponse } from './contract';

/**
 * What came of a request. "unreachable" says nothing about whether the kiosk program did it; "refused" says that it did not.
 */
export type Answer<T> =
  | { is: 'done'; value: T }
  | { is: 'refused'; problem: Problem }
  | { is: 'unreachable'; problem: Problem | null };

const answerWithin = 10_000;

let token = metaOf(document.documentElement.innerHTML, 'edgeretail-token') ?? '';
const build = metaOf(document.documentElement.innerHTML, 'edgeretail-build') ?? '';

/**
 * Takes the token of the kiosk program that answers now; a restarted one has another. True where it also serves another
 * page than this one.
 */
export async function refreshPage(): Promise<{ newer: boolean }> {
  const response = await fetch('/', { cache: 'no-store', signal: AbortSignal.timeout(answerWithin) });
  const page = await response.text();
  token = metaOf(page, 'edgeretail-token') ?? token;
  const served = metaOf(page, 'edgeretail-build');
  return { newer: served !== null && served !== build };
}

export function postSale(sale: SaleRequest): Promise<Answer<RecordedResponse>> {
  return post('/api/v1/sales', sale);
}

export function postCount(count: CountRequest): Promise<Answer<RecordedResponse>> {
  return post('/api/v1/counts', count);
}

export function postDayClose(close: CloseDayRequest): Promise<Answer<RecordedResponse>> {
  return post('/api/v1/day-closes', close);
}

export function day(signal?: AbortSignal): Promise<Answer<DayResponse>> {
  return get('/api/v1/day', signal);
}

export function findProduct(code: string, signal?: AbortSignal): Promise<Answer<ProductView>> {
  return get(`/api/v1/products/${encodeURIComponent(code)}`, signal);
}

export function searchProducts(text: string, limit: number, signal?: AbortSignal): Promise<Answer<{ items: ProductView[] }>> {
  return get(`/api/v1/products?q=${encodeURIComponent(text)}&limit=${limit}`, signal);
}

export function stockPage(after: string | null, limit: number, signal?: AbortSignal): Promise<Answer<StockResponse>> {
  const from = after === null ? '' : `&after=${encodeURIComponent(after)}`;
  return get(`/api/v1/stock?limit=${limit}${from}`, signal);
}

export function stockSearch(text: string, limit: number, signal?: AbortSignal): Promise<Answer<StockResponse>> {
  return get(`/api/v1/stock?q=${encodeURIComponent(text)}&limit=${limit}`, signal);
}

export function receipt(number: string, signal?: AbortSignal): Promise<Answer<ReceiptView>> {
  return get(`/api/v1/receipts/${encodeURIComponent(number)}`, signal);
}

export type { StockItemView };

function get<T>(path: string, signal?: AbortSignal): Promise<Answer<T>> {
  return send<T>(path, { cache: 'no-store', signal: within(signal) });
}

async function post<T>(path: string, body: unknown): Promise<Answer<T>> {
  const once = () =>
    send<T>(path, {
      method: 'POST',
      cache: 'no-store',
      headers: { 'content-type': 'application/json', 'x-edgeretail-token': token },
      body: JSON.stringify(body),
      signal: within(),
    });

  const answer = await once();
  if (answer.is !== 'refused' || answer.problem.code !== 'TOKEN_WRONG') return answer;

  // The kiosk program restarted since this page was loaded, and so it has another token. The first request was not looked at.
  try {
    await refreshPage();
  } catch {
    return { is: 'unreachable', problem: answer.problem };
  }
  const second = await once();
  return second.is === 'refused' && second.problem.code === 'TOKEN_WRONG' ? { is: 'unreachable', problem: second.problem } : second;
}

async function send<T>(path: string, init: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(path, init);
    if (response.ok) return { is: 'done', value: (await response.json()) as T };
    const problem = await problemOf(response);
    return response.status >= 500 || response.status === 408 || response.status === 429
      ? { is: 'unreachable', problem }
      : { is: 'refused', problem };
  } catch {
    return { is: 'unreachable', problem: null };
  }
}

async function problemOf(response: Response): Promise<Problem> {
  const fallback: Problem = {
    title: response.statusText,
    status: response.status,
    code: `HTTP_${response.status}`,
    detail: 'The kiosk program answered in a way this page does not know.',
    nextStep: 'Try again; if it stays so, restart the kiosk.',
  };
  try {
    return { ...fallback, ...((await response.json()) as Partial<Problem>) };
  } catch {
    return fallback;
  }
}

function within(signal?: AbortSignal): AbortSignal {
  const limit = AbortSignal.timeout(answerWithin);
  if (!signal) return limit;
  const both = new AbortController();
  for (const one of [signal, limit]) one.addEventListener('abort', () => both.abort(), { once: true });
  if (signal.aborted) both.abort();
  return both.signal;
}

/** By text, not by parser: the page allows no HTML parsing from strings (trusted types). */
function metaOf(page: string, name: string): string | null {
  return new RegExp(`<meta name="${name}" content="([^"]*)"`).exec(page)?.[1] ?? null;
}
