// What every DeviceStore must do.
import { expect, test } from "vitest";
import type { DeviceStore } from "../../src/ports/device-store.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

/** @param open opens one and the same store, again and again */
export function deviceStoreContract(open: () => Promise<DeviceStore>): void {
  test("keeps values over closing and opening", async () => {
    const first = await open();
    await first.transaction({
      put: [
        ["a", bytes(1, 2)],
        ["b", bytes()],
      ],
      delete: [],
    });
    await first.close();
    const second = await open();
    expect(await second.get("a")).toEqual(bytes(1, 2));
    expect(await second.get("b")).toEqual(bytes());
    expect(await second.get("c")).toBeUndefined();
    await second.close();
  });

  test("replaces and deletes; a key that is not there may be deleted", async () => {
    const store = await open();
    await store.transaction({
      put: [
        ["a", bytes(1)],
        ["b", bytes(2)],
      ],
      delete: [],
    });
    await store.transaction({ put: [["a", bytes(3)]], delete: ["b", "never"] });
    expect(await store.get("a")).toEqual(bytes(3));
    expect(await store.get("b")).toBeUndefined();
    await store.transaction({ put: [["c", bytes(4)]], delete: ["c"] });
    expect(await store.get("c")).toBeUndefined();
    await store.close();
  });

  test("lists keys by prefix, sorted", async () => {
    const store = await open();
    const keys = ["queue/2", "queue/10", "ledger/1", "queue", "queue~", "r", "Queue/1"];
    await store.transaction({ put: keys.map((key) => [key, bytes(1)] as const), delete: [] });
    expect(await store.keys("queue/")).toEqual(["queue/10", "queue/2"]);
    expect(await store.keys("queue")).toEqual(["queue", "queue/10", "queue/2", "queue~"]);
    expect(await store.keys("")).toEqual([...keys].sort());
    expect(await store.keys("none")).toEqual([]);
    await store.close();
  });

  test("a refused key undoes the whole transaction", async () => {
    const store = await open();
    for (const key of ["", "é", "a\nb", "x".repeat(201)]) {
      const changes = {
        put: [
          ["good", bytes(1)],
          [key, bytes(2)],
        ] as const,
        delete: [],
      };
      await expect(store.transaction(changes)).rejects.toMatchObject({ code: "invalid_argument" });
    }
    expect(await store.keys("")).toEqual([]);
    await store.close();
  });

  test("an expectation that does not hold undoes the whole transaction", async () => {
    const store = await open();
    await store.transaction({ put: [["spent", bytes(1)]], delete: [] });
    const change = {
      put: [
        ["spent", bytes(2)],
        ["report", bytes(9)],
      ] as const,
      delete: [],
    };
    for (const expected of [undefined, bytes(0), bytes(1, 0), bytes()]) {
      const attempt = store.transaction({ ...change, expect: [["spent", expected]] });
      await expect(attempt).rejects.toMatchObject({ code: "conflict" });
    }
    await expect(store.transaction({ ...change, expect: [["none", bytes()]] })).rejects.toMatchObject({
      code: "conflict",
    });
    expect(await store.keys("")).toEqual(["spent"]);
    expect(await store.get("spent")).toEqual(bytes(1));
    await store.transaction({
      ...change,
      expect: [
        ["spent", bytes(1)],
        ["report", undefined],
      ],
    });
    expect(await store.get("spent")).toEqual(bytes(2));
    await store.close();
  });

  test("of two that expect the same, one wins", async () => {
    const store = await open();
    await store.transaction({ put: [["spent", bytes(0)]], delete: [] });
    const spend = (amount: number) =>
      store.transaction({ put: [["spent", bytes(amount)]], delete: [], expect: [["spent", bytes(0)]] });
    const outcomes = await Promise.allSettled([spend(1), spend(2), spend(3)]);
    expect(outcomes.filter(({ status }) => status === "fulfilled").length).toBe(1);
    await store.close();
  });

  test("what is handed in or out is not what is kept", async () => {
    const store = await open();
    const value = bytes(1, 2, 3);
    await store.transaction({ put: [["a", value]], delete: [] });
    value.fill(9);
    const read = (await store.get("a")) as Uint8Array;
    expect(read).toEqual(bytes(1, 2, 3));
    read.fill(8);
    expect(await store.get("a")).toEqual(bytes(1, 2, 3));
    await store.close();
  });
}
