import { describe, expect, test } from "vitest";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { deviceStoreContract } from "./device-store-contract.ts";

describe("contract", () => {
  const stores = new Map<string, ReturnType<typeof memoryDeviceStore>>();
  deviceStoreContract(async () => {
    const name = expect.getState().currentTestName ?? "";
    const store = stores.get(name) ?? memoryDeviceStore();
    stores.set(name, store);
    return store;
  });
});

test("says when something changed, until nobody listens", async () => {
  const store = memoryDeviceStore();
  let heard = 0;
  const end = store.watch?.(() => {
    heard += 1;
  });
  const put = { put: [["a", Uint8Array.of(1)]], delete: [] } as const;
  await store.transaction(put);
  await expect(store.transaction({ ...put, expect: [["a", undefined]] })).rejects.toMatchObject({ code: "conflict" });
  end?.();
  await store.transaction(put);
  expect(heard).toBe(1);
});
