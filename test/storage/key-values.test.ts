// A plain aggregator's rows: the same laws in memory and in a file of its own.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import type { KeyValueRows } from "../../src/plain/store.ts";
import type { Store } from "../../src/ports/store.ts";
import { memoryKeyValues } from "../../src/storage/memory/index.ts";
import { openDatabase, openKeyValues } from "../../src/storage/sqlite/index.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-plain-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
let files = 0;
const newFile = () => join(folder, `plain-${files++}.db`);
const bytes = (...values: number[]) => Uint8Array.from(values);

describe.each<[string, () => Promise<Store<KeyValueRows>>]>([
  ["memory", async () => memoryKeyValues()],
  ["sqlite", () => openKeyValues(newFile())],
])("%s", (_, open) => {
  test("rows are put, read, replaced, listed by prefix in order and in pages, and deleted", async () => {
    const store = await open();
    await store.transaction(async (rows) => {
      for (const [i, key] of ["a/2", "b/1", "a/10", "a/1", "a", "a0"].entries()) await rows.put(key, bytes(i));
      await rows.put("a/1", bytes(9));
    });
    await store.read(async (rows) => {
      expect(await rows.get("a/1")).toEqual(bytes(9));
      expect(await rows.get("a/3")).toBeUndefined();
      expect(await rows.list("a/", 10)).toEqual([
        ["a/1", bytes(9)],
        ["a/10", bytes(2)],
        ["a/2", bytes(0)],
      ]);
      expect((await rows.list("a/", 1, "a/1")).map(([key]) => key)).toEqual(["a/10"]);
      expect((await rows.list("a/", 10, "a/2")).length).toBe(0);
      expect((await rows.list("a", 10)).map(([key]) => key)).toEqual(["a", "a/1", "a/10", "a/2", "a0"]);
    });
    await store.transaction((rows) => rows.delete("a/1"));
    await store.transaction((rows) => rows.delete("a/1"));
    expect(await store.read((rows) => rows.get("a/1"))).toBeUndefined();
    await store.check();
    await store.scrub();
    expect(await store.size()).toBeGreaterThanOrEqual(0);
    await store.close();
  });

  test("a transaction that fails leaves nothing, and two run one after the other", async () => {
    const store = await open();
    const failing = store.transaction(async (rows) => {
      await rows.put("x", bytes(1));
      throw new Error("stopped");
    });
    await expect(failing).rejects.toThrow("stopped");
    expect(await store.read((rows) => rows.get("x"))).toBeUndefined();
    const add = () =>
      store.transaction(async (rows) => {
        const before = (await rows.get("n"))?.[0] ?? 0;
        await new Promise((resolve) => setTimeout(resolve, 2));
        await rows.put("n", bytes(before + 1));
      });
    await Promise.all(Array.from({ length: 8 }, add));
    expect(await store.read((rows) => rows.get("n"))).toEqual(bytes(8));
    await store.close();
  });
});

test("a file is one process's, survives, and is no service's, nor a service's a plain aggregator's", async () => {
  const path = newFile();
  const first = await openKeyValues(path);
  await first.transaction((rows) => rows.put("k", bytes(1, 2)));
  await expect(openKeyValues(path)).rejects.toMatchObject({ code: "conflict" });
  await first.close();
  const second = await openKeyValues(path);
  expect(await second.read((rows) => rows.get("k"))).toEqual(bytes(1, 2));
  await second.close();
  const other = newFile();
  await (await openDatabase(other)).close();
  await expect(openKeyValues(other)).rejects.toMatchObject({ code: "conflict" });
});
