// The device store over storages of React Native's shape: the contract, crashes in the midst of a change, and values at rest.
import { describe, expect, test } from "vitest";
import { fromBase64Url, utf8 } from "../../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../../src/platform/node/index.ts";
import {
  type AsyncStorageShape,
  keyValueDeviceStore,
  type MmkvShape,
  valueCipher,
} from "../../../src/platform/web/key-values.ts";
import { deviceStoreContract } from "../device-store-contract.ts";

/** As the package behaves: every call answers later. @param dies after so many writes */
function asyncStorage(items = new Map<string, string>(), dies = Number.POSITIVE_INFINITY): AsyncStorageShape {
  let writes = 0;
  const write = async (work: () => unknown) => {
    await Promise.resolve();
    if (writes >= dies) throw new Error("the app was killed");
    writes += 1;
    work();
  };
  return {
    getItem: async (key) => items.get(key) ?? null,
    setItem: (key, value) => write(() => items.set(key, value)),
    removeItem: (key) => write(() => items.delete(key)),
    getAllKeys: async () => [...items.keys()],
  };
}

function mmkv(): MmkvShape {
  const items = new Map<string, string>();
  return {
    getString: (key) => items.get(key),
    set: (key, value) => void items.set(key, value),
    delete: (key) => items.delete(key),
    getAllKeys: () => [...items.keys()],
  };
}

const cipher = () => valueCipher({ crypto: nodeCrypto, entropy: nodeEntropy }, new Uint8Array(16).fill(7));

describe.each([
  ["AsyncStorage", () => asyncStorage(), undefined],
  ["MMKV", mmkv, undefined],
  ["AsyncStorage, sealed", () => asyncStorage(), cipher],
] as const)("%s: contract", (_, make, sealed) => {
  const storages = new Map<string, AsyncStorageShape | MmkvShape>();
  deviceStoreContract(async () => {
    const name = expect.getState().currentTestName ?? "";
    const storage = storages.get(name) ?? make();
    storages.set(name, storage);
    return await keyValueDeviceStore(storage, sealed?.());
  });
});

test("killed at any moment of a change, the next start has all of it or nothing", async () => {
  const outcomes = new Set<string>();
  for (let dies = 0; dies < 12; dies++) {
    const items = new Map<string, string>();
    const before = await keyValueDeviceStore(asyncStorage(items));
    await before.transaction({
      put: [
        ["spent", utf8("1")],
        ["old", utf8("x")],
      ],
      delete: [],
    });
    const killed = await keyValueDeviceStore(asyncStorage(items, dies));
    const change = {
      put: [
        ["spent", utf8("2")],
        ["report", utf8("r")],
      ],
      delete: ["old"],
    } as const;
    await killed.transaction(change).catch(() => undefined);
    const after = await keyValueDeviceStore(asyncStorage(items));
    const keys = (await after.keys("")).join(" ");
    const spent = await after.get("spent");
    outcomes.add(keys);
    expect([keys, spent]).toEqual(keys.includes("old") ? ["old spent", utf8("1")] : ["report spent", utf8("2")]);
  }
  expect(outcomes.size).toBe(2);
});

test("two stores over one storage wait for each other: of two that expect the same, one wins", async () => {
  const storage = asyncStorage();
  const [one, other] = [await keyValueDeviceStore(storage), await keyValueDeviceStore(storage)];
  const spend = { put: [["spent", utf8("1")]], delete: [], expect: [["spent", undefined]] } as const;
  const outcomes = await Promise.allSettled([one.transaction(spend), other.transaction(spend)]);
  expect(outcomes.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

describe("sealed", () => {
  test("a raw read shows no plaintext; a row that was altered or moved is damage", async () => {
    const items = new Map<string, string>();
    const store = await keyValueDeviceStore(asyncStorage(items), cipher());
    await store.transaction({
      put: [
        ["a", utf8("resting heart rate")],
        ["b", utf8("two")],
      ],
      delete: [],
    });
    const raw = [...items.values()].map((text) => Buffer.from(fromBase64Url(text)).toString("latin1")).join();
    expect(raw).not.toContain("heart");
    items.set("paceline/a", items.get("paceline/b") as string);
    await expect(store.get("a")).rejects.toMatchObject({ code: "invalid_data" });
    items.set("paceline/a", "AAAA");
    await expect(store.get("a")).rejects.toMatchObject({ code: "invalid_data" });
  });

  test("a key of another length, and a storage of neither shape, are refused", async () => {
    expect(() => valueCipher({ crypto: nodeCrypto, entropy: nodeEntropy }, new Uint8Array(32))).toThrow("16 bytes");
    await expect(keyValueDeviceStore({} as never)).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
