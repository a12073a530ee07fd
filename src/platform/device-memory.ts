// The DeviceStore port in memory: for tests, kiosks and pages that must leave nothing behind. What it forgets with its page, the
// device could give away twice: an app of members keeps a store that lasts.
import { equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { DeviceChanges, DeviceStore } from "../ports/device-store.ts";
import { checkKey } from "./device-keys.ts";

export function memoryDeviceStore(): DeviceStore {
  let values: ReadonlyMap<string, Uint8Array> = new Map();
  const listeners = new Set<() => void>();
  return {
    get: async (key) => values.get(key)?.slice(),
    keys: async (prefix) => [...values.keys()].filter((key) => key.startsWith(prefix)).sort(),
    async transaction(changes) {
      values = changed(values, changes);
      for (const listener of [...listeners]) listener();
    },
    watch(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    close: async () => undefined,
  };
}

/** @throws PacelineError conflict, invalid_argument; nothing has changed then */
export function changed(values: ReadonlyMap<string, Uint8Array>, changes: DeviceChanges): Map<string, Uint8Array> {
  for (const [key, value] of changes.expect ?? []) checkExpected(key, values.get(key), value);
  const next = new Map(values);
  // slice() of a Buffer is a view
  for (const [key, value] of changes.put) next.set(checkKey(key), Uint8Array.from(value));
  for (const key of changes.delete) next.delete(key);
  return next;
}

/** @throws PacelineError conflict */
export function checkExpected(key: string, now: Uint8Array | undefined, expected: Uint8Array | undefined): void {
  const same = now === undefined || expected === undefined ? now === expected : equalBytes(now, expected);
  if (!same) fail("conflict", `the device store's ${key} has changed`);
}
