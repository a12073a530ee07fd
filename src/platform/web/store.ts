// The DeviceStore port on IndexedDB: one database, one object store of sealed bytes under text keys, and beside them the key that
// seals them, which no code can read out.
import { equalBytes } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import type { DeviceChanges, DeviceStore } from "../../ports/device-store.ts";
import { checkKey } from "../device-keys.ts";
import { answer, commit, guard, openDatabase, table } from "./indexed-db.ts";
import { newSealKey, openValue, type SealKey, sealValue } from "./seal.ts";

/** Behind every key that a store takes, all of which are ASCII. */
const SEAL = "\x80seal";
/** Another tab may be first, again and again; the one that loses reads and decides anew. */
const TRIES = 20;

/** @throws PacelineError unavailable when the browser keeps no data here (private window, full disk) */
export async function openDeviceStore(name: string): Promise<DeviceStore> {
  const database = await openDatabase(name);
  let seal = await sealOf(database);
  const channel = channelOf(name);
  const reload = async (): Promise<boolean> => {
    const before = seal.id;
    seal = await sealOf(database);
    return seal.id !== before;
  };

  async function read(key: string): Promise<{ readonly raw?: Uint8Array; readonly plain?: Uint8Array }> {
    for (;;) {
      const raw = await guard(async () => await get(database, key));
      if (raw === undefined) return {};
      try {
        return { raw, plain: await openValue(seal, key, raw) };
      } catch (error) {
        if (!(await reload())) throw error;
      }
    }
  }

  async function change(changes: DeviceChanges, anew: boolean): Promise<void> {
    for (const [key] of changes.put) checkKey(key);
    for (let left = TRIES; left > 0; left--) {
      const expect: (readonly [string, Uint8Array | undefined])[] = [];
      for (const [key, value] of changes.expect ?? []) {
        const { raw, plain } = await read(key);
        if (!same(plain, value)) fail("conflict", `the device store's ${key} has changed`);
        expect.push([key, raw]);
      }
      const [before, next] = [seal, anew ? await newSealKey() : seal];
      const put: (readonly [string, unknown])[] = [];
      for (const [key, value] of changes.put) put.push([key, await sealValue(next, key, value)]);
      if (anew) put.push([SEAL, next]);
      // Under another key by now, or with other rows: nothing was written.
      const done = await commit(database, anew, { put, delete: changes.delete }, async (values) => {
        const now = (await answer(values.get(SEAL))) as SealKey | undefined;
        if (now?.id !== before.id) return false;
        for (const [key, raw] of expect)
          if (!same((await answer(values.get(key))) as Uint8Array | undefined, raw)) return false;
        return true;
      });
      if (done) {
        seal = next;
        channel?.postMessage("changed");
        return;
      }
      await reload();
    }
    fail("conflict", "the device store changes all the time");
  }

  return {
    name,
    get: async (key) => (await read(key)).plain,
    async keys(prefix) {
      // keys are printable ASCII, so all that begin with the prefix lie before prefix + DEL; IndexedDB answers in order
      const keys = await guard(() => {
        const range = IDBKeyRange.bound(prefix, `${prefix}\x7f`);
        return answer(database.transaction(table).objectStore(table).getAllKeys(range));
      });
      return keys as string[];
    },
    transaction: (changes) => change(changes, false),
    renew: (changes) => change(changes, true),
    watch(listener) {
      channel?.addEventListener("message", listener);
      return () => channel?.removeEventListener("message", listener);
    },
    async close() {
      channel?.close();
      database.close();
    },
  };
}

function same(a: Uint8Array | undefined, b: Uint8Array | undefined): boolean {
  return a === undefined || b === undefined ? a === b : equalBytes(a, b);
}

async function get(database: IDBDatabase, key: string): Promise<Uint8Array | undefined> {
  return (await answer(database.transaction(table).objectStore(table).get(key))) as Uint8Array | undefined;
}

/** The key that is there, or a new one. @throws PacelineError unavailable, unsupported */
async function sealOf(database: IDBDatabase): Promise<SealKey> {
  return await guard(async () => {
    const read = async () => (await get(database, SEAL)) as unknown as SealKey | undefined;
    const known = await read();
    if (known !== undefined) return known;
    const made = await newSealKey();
    const absent = async (values: IDBObjectStore) => (await answer(values.get(SEAL))) === undefined;
    await commit(database, false, { put: [[SEAL, made]], delete: [] }, absent);
    return (await read()) ?? fail("unavailable", "the data was not kept");
  });
}

/** Between the pages of one origin. Whoever has none does not hear of the others. */
function channelOf(name: string): BroadcastChannel | undefined {
  if (typeof BroadcastChannel !== "function") return undefined;
  const channel = new BroadcastChannel(`paceline store ${name}`);
  // Node's keeps a process alive.
  (channel as { unref?: () => void }).unref?.();
  return channel;
}
