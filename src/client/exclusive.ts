// One sync at a time on one device: in this page by waiting, between pages by a Web Lock where there are any. Without it nothing
// would be sent twice, as every step is a transaction; it would only be tried.
import type { DeviceStore } from "../ports/device-store.ts";

const running = new WeakMap<DeviceStore, Promise<unknown>>();

export function exclusively<T>(store: DeviceStore, work: () => Promise<T>): Promise<T> {
  const turn = (running.get(store) ?? Promise.resolve()).then(() => locked(store, work));
  running.set(
    store,
    turn.catch(() => undefined),
  );
  return turn;
}

async function locked<T>({ name }: DeviceStore, work: () => Promise<T>): Promise<T> {
  const { locks } = (globalThis.navigator ?? {}) as { readonly locks?: LockManager };
  if (name === undefined || locks === undefined) return await work();
  return (await locks.request(`paceline sync ${name}`, work)) as T;
}
