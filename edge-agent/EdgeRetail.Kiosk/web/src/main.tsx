import './style.css';
import { render } from 'preact';
import { App } from './App';
import { basket, openBasket } from './basket';
import { follow } from './live';
import { deliver, tryNow } from './selling';
import { takeSlot } from './slot';

const root = document.getElementById('app')!;

try {
  openBasket(await takeSlot());
  follow({
    whenBack: tryNow,
    mayReload: () => basket.get().phase.name !== 'sending' && document.querySelector('dialog[open]') === null,
  });
  void deliver();
  render(<App />, root);
} catch (error) {
  root.textContent = error instanceof Error ? error.message : String(error);
}
