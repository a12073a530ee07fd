// The DeviceStore port over the key-value stores of React Native: AsyncStorage, MMKV and whatever has their shape. Those change one
// key at a time, so a change is written down whole first, and done again after a crash in its midst.
import { concat, fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import type { Crypto } from "../../ports/crypto.ts";
import type { DeviceChanges, DeviceStore } from "../../ports/device-store.ts";
import type { Entropy } from "../../ports/entropy.ts";
import { checkKey } from "../device-keys.ts";
import { checkExpected } from "../device-memory.ts";

/** As much of @react-native-async-storage/async-storage as is used. */
export interface AsyncStorageShape {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<unknown>;
  removeItem(key: string): Promise<unknown>;
  getAllKeys(): Promise<readonly string[]>;
}

/** As much of react-native-mmkv as is used. */
export interface MmkvShape {
  getString(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): unknown;
  getAllKeys(): readonly string[];
}

/** Seals values, where the storage does not: MMKV with its own encryptionKey, for one, does. */
export interface ValueCipher {
  seal(row: string, value: Uint8Array): Promise<Uint8Array>;
  /** @throws PacelineError invalid_data */
  open(row: string, sealed: Uint8Array): Promise<Uint8Array>;
}

const NONCE_BYTES = 12;

/**
 * AES-128-GCM, bound to the name of the row.
 * @param key 16 bytes, from the system's key chain: whoever has it reads the rows
 */
export function valueCipher(
  { crypto, entropy }: { readonly crypto: Pick<Crypto, "aes128gcmSeal" | "aes128gcmOpen">; readonly entropy: Entropy },
  key: Uint8Array,
): ValueCipher {
  if (key.length !== 16) fail("invalid_argument", "the key must be 16 bytes");
  return {
    async seal(row, value) {
      const nonce = entropy.bytes(NONCE_BYTES);
      return concat(nonce, await crypto.aes128gcmSeal(key, nonce, utf8(row), value));
    },
    async open(row, sealed) {
      const [nonce, rest] = [sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES)];
      const value = nonce.length < NONCE_BYTES ? undefined : await crypto.aes128gcmOpen(key, nonce, utf8(row), rest);
      return value ?? fail("invalid_data", `the device store's row ${row} is damaged, or sealed with another key`);
    },
  };
}

interface Storage {
  get(key: string): Promise<string | null | undefined>;
  set(key: string, value: string): Promise<unknown>;
  remove(key: string): Promise<unknown>;
  keys(): Promise<readonly string[]>;
}

const ROW = "paceline/";
const JOURNAL = "paceline-journal";

/** Of one storage all stores wait for one another; another process must not have it open. */
const queues = new WeakMap<object, Promise<unknown>>();

/** @throws PacelineError invalid_argument for what has neither shape */
export async function keyValueDeviceStore(
  storage: AsyncStorageShape | MmkvShape,
  cipher?: ValueCipher,
): Promise<DeviceStore> {
  const rows = storageOf(storage);
  const inTurn = <T>(work: () => Promise<T>): Promise<T> => {
    const turn = (queues.get(storage) ?? Promise.resolve()).then(work);
    queues.set(
      storage,
      turn.catch(() => undefined),
    );
    return turn;
  };
  const read = async (key: string): Promise<Uint8Array | undefined> => {
    const text = await rows.get(ROW + key);
    if (text === null || text === undefined) return undefined;
    const bytes = fromBase64Url(text);
    return cipher === undefined ? bytes : await cipher.open(key, bytes);
  };
  await inTurn(() => finish(rows));
  return {
    get: (key) => inTurn(() => read(key)),
    keys: (prefix) =>
      inTurn(async () =>
        (await rows.keys())
          .filter((key) => key.startsWith(ROW + prefix))
          .map((key) => key.slice(ROW.length))
          .sort(),
      ),
    transaction: (changes) =>
      inTurn(async () => {
        await finish(rows);
        for (const [key] of changes.put) checkKey(key);
        for (const [key, value] of changes.expect ?? []) checkExpected(key, await read(key), value);
        await rows.set(JOURNAL, await journalOf(changes, cipher));
        await finish(rows);
      }),
    close: async () => undefined,
  };
}

type Journal = readonly (readonly [key: string, value: string | null])[];

async function journalOf({ put, delete: gone }: DeviceChanges, cipher: ValueCipher | undefined): Promise<string> {
  const journal: [string, string | null][] = [];
  for (const [key, value] of put)
    journal.push([key, toBase64Url(cipher === undefined ? value : await cipher.seal(key, value))]);
  for (const key of gone) journal.push([key, null]);
  return toBase64Url(utf8(JSON.stringify(journal)));
}

/** Does what is written down, as often as it takes. */
async function finish(rows: Storage): Promise<void> {
  const text = await rows.get(JOURNAL);
  if (text === null || text === undefined) return;
  for (const [key, value] of parseJson(fromUtf8(fromBase64Url(text)), "the journal", "invalid_data") as Journal)
    await (value === null ? rows.remove(ROW + key) : rows.set(ROW + key, value));
  await rows.remove(JOURNAL);
}

function storageOf(storage: AsyncStorageShape | MmkvShape): Storage {
  if ("getItem" in storage)
    return {
      get: (key) => storage.getItem(key),
      set: (key, value) => storage.setItem(key, value),
      remove: (key) => storage.removeItem(key),
      keys: () => storage.getAllKeys(),
    };
  if ("getString" in storage)
    return {
      get: async (key) => storage.getString(key),
      set: async (key, value) => storage.set(key, value),
      remove: async (key) => storage.delete(key),
      keys: async () => storage.getAllKeys(),
    };
  return fail("invalid_argument", "this storage is neither like AsyncStorage nor like MMKV");
}
