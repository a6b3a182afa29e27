import type { Place } from '../App';
import { basket } from '../basket';
import type { StatusResponse } from '../contract';
import { useStore } from '../store';

export function Header({ place, status }: { place: Place; status: StatusResponse | null }) {
  const { lines, phase } = useStore(basket);
  const waiting = phase.name === 'sold' ? 0 : lines.length;
  return (
    <header class="header">
      <div class="shop">
        <img src="/icon.svg" alt="" width="36" height="36" />
        <div>
          <strong>{status?.storeName ?? 'EdgeRetail'}</strong>
          <span>{status ? `Kiosk ${status.deviceCode}` : ''}</span>
        </div>
      </div>
      <nav aria-label="Views">
        <a href="#/sell" aria-current={place.view === 'stock' || place.view === 'day' ? undefined : 'page'}>
          Sell
          {waiting > 0 && (place.view === 'stock' || place.view === 'day') && <span class="badge">{waiting}</span>}
        </a>
        <a href="#/stock" aria-current={place.view === 'stock' ? 'page' : undefined}>
          Stock
        </a>
        <a href="#/day" aria-current={place.view === 'day' ? 'page' : undefined}>
          Day
        </a>
      </nav>
    </header>
  );
}
