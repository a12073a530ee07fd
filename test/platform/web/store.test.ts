// The browser's device store over a double of IndexedDB; the contract is the file store's.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { openDeviceStore } from "../../../src/platform/web/store.ts";
import { deviceStoreContract } from "../device-store-contract.ts";
import { Factory, KeyRange } from "./indexeddb-double.ts";

beforeEach(() => {
  vi.stubGlobal("indexedDB", new Factory());
  vi.stubGlobal("IDBKeyRange", KeyRange);
});
afterEach(() => vi.unstubAllGlobals());

describe("contract", () => deviceStoreContract(() => openDeviceStore("device")));

test("two tabs share a store, and one sees that the other was first", async () => {
  const [one, other] = [await openDeviceStore("device"), await openDeviceStore("device")];
  const spend = { put: [["spent", Uint8Array.of(1)]], delete: [], expect: [["spent", undefined]] } as const;
  await one.transaction(spend);
  expect(await other.get("spent")).toEqual(Uint8Array.of(1));
  await expect(other.transaction(spend)).rejects.toMatchObject({ code: "conflict" });
});

test("stores of different names are apart", async () => {
  const [one, other] = [await openDeviceStore("one"), await openDeviceStore("other")];
  await one.transaction({ put: [["a", Uint8Array.of(1)]], delete: [] });
  expect(await other.get("a")).toBeUndefined();
});

test("a browser without IndexedDB, or a database that is gone: unavailable", async () => {
  const store = await openDeviceStore("device");
  vi.stubGlobal("IDBKeyRange", undefined);
  await expect(store.keys("")).rejects.toMatchObject({ code: "unavailable" });
  vi.stubGlobal("indexedDB", undefined);
  await expect(openDeviceStore("device")).rejects.toMatchObject({ code: "unavailable" });
});

describe("at rest", () => {
  /** Every byte the database holds, and its key. */
  async function rawOf(name: string) {
    const request = indexedDB.open(name) as unknown as {
      result: { rows: Map<string, unknown> };
      onsuccess?: () => void;
    };
    await new Promise<void>((resolve) => {
      request.onsuccess = resolve;
    });
    return request.result.rows;
  }
  const text = (value: unknown) => (value instanceof Uint8Array ? Buffer.from(value).toString("latin1") : "");

  test("a raw read shows no plaintext, and the key shows itself to nobody", async () => {
    const store = await openDeviceStore("device");
    await store.transaction({ put: [["a", utf8("resting heart rate 58")]], delete: [] });
    const rows = await rawOf("device");
    const [sealed, key] = [rows.get("a"), (rows.get("\x80seal") as { key: CryptoKey }).key];
    expect(text(sealed)).not.toContain("heart");
    expect(key.extractable).toBe(false);
    await expect(crypto.subtle.exportKey("raw", key)).rejects.toThrow();
    expect(await store.keys("")).toEqual(["a"]);
  });

  test("a row that was cut, altered or moved is damage, never an empty store", async () => {
    const store = await openDeviceStore("device");
    await store.transaction({
      put: [
        ["a", utf8("one")],
        ["b", utf8("two")],
      ],
      delete: [],
    });
    const rows = await rawOf("device");
    const [one, two] = [rows.get("a") as Uint8Array, rows.get("b") as Uint8Array];
    for (const wrong of [
      two,
      one.subarray(0, 20),
      one.map((byte, i) => (i === 20 ? byte ^ 1 : byte)),
      new Uint8Array(0),
    ]) {
      rows.set("a", wrong);
      await expect(store.get("a")).rejects.toMatchObject({ code: "invalid_data" });
      await expect(store.transaction({ put: [], delete: [], expect: [["a", undefined]] })).rejects.toMatchObject({
        code: "invalid_data",
      });
    }
  });

  test("under a new key what was there before is gone for good, and another tab goes on with the new one", async () => {
    const [one, other] = [await openDeviceStore("device"), await openDeviceStore("device")];
    await one.transaction({
      put: [
        ["a", utf8("old")],
        ["b", utf8("kept")],
      ],
      delete: [],
    });
    const before = (await rawOf("device")).get("b");
    await one.renew?.({ put: [["b", utf8("kept")]], delete: [], expect: [["b", utf8("kept")]] });
    expect([await one.keys(""), await one.get("b")]).toEqual([["b"], utf8("kept")]);
    const rows = await rawOf("device");
    rows.set("b-old", before);
    await expect(one.get("b-old")).rejects.toMatchObject({ code: "invalid_data" });
    rows.delete("b-old");
    await other.transaction({ put: [["c", utf8("new")]], delete: [], expect: [["b", utf8("kept")]] });
    expect([await other.get("b"), await one.get("c")]).toEqual([utf8("kept"), utf8("new")]);
    await expect(one.renew?.({ put: [], delete: [], expect: [["b", utf8("other")]] })).rejects.toMatchObject({
      code: "conflict",
    });
  });

  test("a tab hears of another's changes until it stops listening", async () => {
    const [one, other] = [await openDeviceStore("device"), await openDeviceStore("device")];
    let heard = 0;
    const end = one.watch?.(() => {
      heard += 1;
    });
    await other.transaction({ put: [["a", utf8("1")]], delete: [] });
    await vi.waitFor(() => expect(heard).toBe(1));
    end?.();
    await other.transaction({ put: [["a", utf8("2")]], delete: [] });
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(heard).toBe(1);
    await one.close();
    await other.close();
  });
});
