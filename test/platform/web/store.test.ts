// The browser's device store over a double of IndexedDB; the contract is the file store's.
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
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
