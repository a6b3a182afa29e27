import type { ProductView } from './contract';
import { createStore } from './store';

/** What was lately put into baskets here, for one tap; prices and stock are asked for anew when it is used. */
export interface RecentProduct {
  product: string;
  display: string;
  name: string;
  detail: string;
}

const key = 'edgeretail.recent';
const recentMax = 12;

export const recent = createStore<RecentProduct[]>(read());

export function remember(product: ProductView): void {
  const kept: RecentProduct = {
    product: product.product,
    display: product.display,
    name: product.name || product.display,
    detail: [product.brand, product.size].filter(Boolean).join(' · '),
  };
  // In its place if it is there already: tiles that jump about are tapped wrongly.
  const now = recent.get();
  const at = now.findIndex((other) => other.product === kept.product);
  const next = at >= 0 ? now.map((other, index) => (index === at ? kept : other)) : [kept, ...now].slice(0, recentMax);
  recent.set(next);
  localStorage.setItem(key, JSON.stringify(next));
}

export function forget(code: string): void {
  const next = recent.get().filter((other) => other.product !== code);
  recent.set(next);
  localStorage.setItem(key, JSON.stringify(next));
}

function read(): RecentProduct[] {
  try {
    return JSON.parse(localStorage.getItem(key) ?? '[]') as RecentProduct[];
  } catch {
    return [];
  }
}
