/**
 * Every window has a basket of its own, kept in local storage under a numbered slot, so that it outlives a reload and a
 * crash of the browser. A Web Lock leases the slot to one window; the browser frees it when the window is gone.
 */
const slotsMax = 16;
const waitForOwnSlot = 3_000;

export const slotKey = (slot: number) => `edgeretail.basket.${slot}`;

export async function takeSlot(): Promise<number> {
  // A reload finds its own slot again, perhaps a moment before the browser freed it.
  const remembered = sessionStorage.getItem('edgeretail.slot');
  if (remembered !== null && (await lease(Number(remembered), waitForOwnSlot))) return Number(remembered);

  // A basket that a closed or crashed window left behind comes first: it may hold a sale on its way.
  const slots = Array.from({ length: slotsMax }, (_, slot) => slot);
  const left = (slot: number) => (localStorage.getItem(slotKey(slot)) === null ? 1 : 0);
  slots.sort((a, b) => left(a) - left(b) || a - b);
  for (const slot of slots) {
    if (await lease(slot, 0)) {
      sessionStorage.setItem('edgeretail.slot', String(slot));
      return slot;
    }
  }
  throw new Error('All basket slots are taken. Close windows that are not needed.');
}

function lease(slot: number, patience: number): Promise<boolean> {
  return new Promise((resolve) => {
    const options: LockOptions = patience > 0 ? { signal: AbortSignal.timeout(patience) } : { ifAvailable: true };
    navigator.locks
      .request(slotKey(slot), options, (lock) => {
        resolve(lock !== null);
        return lock === null ? undefined : new Promise<void>(() => {}); // held until the window goes
      })
      .catch(() => resolve(false));
  });
}
