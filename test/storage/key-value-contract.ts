// What every database of a plain aggregator must do with its rows, and every durable one with what it seals.
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync, utimesSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import type { KeyValueStore } from "../../src/plain/store.ts";
import { openSealer } from "../../src/platform/node/index.ts";
import { addSealingKey, dropOldSealingKeys } from "../../src/platform/node/sealer.ts";
import type { PairSealing } from "../../src/storage/sqlite/index.ts";

const bytes = (...values: number[]) => Uint8Array.from(values);

export function keyValueContract(open: () => Promise<KeyValueStore>): void {
  test("rows are put, read, replaced, counted, listed by prefix in order and in pages, and deleted", async () => {
    const store = await open();
    await store.transaction(async (rows) => {
      for (const [i, key] of ["a/2", "b/1", "a/10", "a/1", "a", "a0"].entries()) await rows.put(key, bytes(i));
      await rows.put("a/1", bytes(9));
      expect(await rows.get("a/1")).toEqual(bytes(9));
      await rows.put("gone", bytes(1));
      await rows.delete("gone");
      expect(await rows.get("gone")).toBeUndefined();
      expect(await rows.count("a/")).toBe(3);
    });
    await store.read(async (rows) => {
      expect(await rows.get("a/1")).toEqual(bytes(9));
      expect(await rows.get("a/3")).toBeUndefined();
      expect(await rows.getAll(["b/1", "a/3", "a"])).toEqual([bytes(1), undefined, bytes(4)]);
      expect(await rows.getAll([])).toEqual([]);
      expect(await rows.list("a/", 10)).toEqual([
        ["a/1", bytes(9)],
        ["a/10", bytes(2)],
        ["a/2", bytes(0)],
      ]);
      expect((await rows.list("a/", 1, "a/1")).map(([key]) => key)).toEqual(["a/10"]);
      expect((await rows.list("a/", 10, "a/2")).length).toBe(0);
      expect((await rows.list("a", 10)).map(([key]) => key)).toEqual(["a", "a/1", "a/10", "a/2", "a0"]);
      expect([await rows.count("a"), await rows.count("c")]).toEqual([5, 0]);
    });
    await store.transaction((rows) => rows.delete("a/1"));
    await store.transaction((rows) => rows.delete("a/1"));
    expect(await store.read((rows) => rows.get("a/1"))).toBeUndefined();
    await store.check();
    await store.scrub();
    expect(await store.size()).toBeGreaterThanOrEqual(0);
    await store.close();
  });

  test("what a transaction wrote and deleted it sees itself, in reads of one, of many and of all", async () => {
    const store = await open();
    await store.transaction(async (rows) => {
      await rows.put("k/1", bytes(1));
      await rows.put("k/2", bytes(2));
    });
    await store.transaction(async (rows) => {
      await rows.put("k/2", bytes(22));
      await rows.delete("k/1");
      await rows.put("k/3", bytes());
      expect(await rows.getAll(["k/1", "k/2", "k/3"])).toEqual([undefined, bytes(22), bytes()]);
      expect(await rows.list("k/", 10)).toEqual([
        ["k/2", bytes(22)],
        ["k/3", bytes()],
      ]);
      await rows.put("k/1", bytes(11));
    });
    expect(await store.read((rows) => rows.list("k/", 1))).toEqual([["k/1", bytes(11)]]);
    await store.close();
  });

  test("a transaction that fails leaves nothing, and two run as if one after the other", async () => {
    const store = await open();
    const failing = store.transaction(async (rows) => {
      await rows.put("x", bytes(1));
      expect(await rows.count("x")).toBe(1);
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
}

export interface DurableKeyValues {
  /** One and the same database, empty at the start of each test. */
  open(sealing?: PairSealing): Promise<KeyValueStore>;
  /** Its raw values. */
  raw(): Promise<Buffer>;
  /** A statement that is run behind its back. */
  run(text: string): Promise<void>;
}

export function durableKeyValueContract({ open, raw, run }: DurableKeyValues): void {
  let folder = "";
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "paceline-pairs-"));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const file = () => join(folder, "keys.sealing");
  const sealing: PairSealing = (sealed) => openSealer(file(), sealed ? "refuse" : "make");
  const task = toBase64Url(new Uint8Array(32).fill(3));
  const keys = [`b/${task}/1`, `b/${task}/2`, `t/${task}`, "other"];
  const values = keys.map(() => new Uint8Array(randomBytes(200)));
  const fill = (store: KeyValueStore) =>
    store.transaction(async (rows) => {
      for (const [i, key] of keys.entries()) await rows.put(key, values[i] as Uint8Array);
      await rows.put(`p/${task}/none`, bytes());
    });
  const read = (store: KeyValueStore) => store.read((rows) => rows.getAll(keys));
  const lieOpen = async () => {
    const content = await raw();
    return values.filter((value) => content.includes(Buffer.from(value.subarray(0, 32)))).length;
  };

  test("is one process's, and what was committed is there when it is opened again", async () => {
    const first = await open();
    await fill(first);
    await expect(open()).rejects.toMatchObject({ code: "conflict" });
    await first.close();
    const second = await open();
    expect(await read(second)).toEqual(values);
    await second.close();
  });

  describe("sealed", () => {
    test("no value lies open, and all of them read back", async () => {
      const store = await open(sealing);
      await fill(store);
      expect(await read(store)).toEqual(values);
      expect(await lieOpen()).toBe(0);
      await store.close();
      const again = await open(sealing);
      expect(await read(again)).toEqual(values);
      expect(await again.read((rows) => rows.list(`p/${task}/`, 1))).toEqual([[`p/${task}/none`, bytes()]]);
      await again.close();
    });

    test("what lay open before there were keys is sealed before anything is served; without its keys it is not opened", async () => {
      const store = await open();
      await fill(store);
      await store.close();
      expect(await lieOpen()).toBe(values.length);
      const sealed = await open(sealing);
      expect(await read(sealed)).toEqual(values);
      expect(await sealed.reseal()).toBe(0);
      await sealed.scrub();
      await sealed.close();
      await expect(open()).rejects.toMatchObject({ code: "not_found" });
      await expect(open(() => openSealer(join(folder, "other"), "make"))).rejects.toMatchObject({ code: "conflict" });
    });

    test("a new key takes over while it is open; then the old one is needed for nothing", async () => {
      const store = await open(sealing);
      await fill(store);
      addSealingKey(file());
      utimesSync(file(), new Date(), new Date(Date.now() + 5000));
      expect(await store.reseal()).toBe(values.length + 1);
      expect(await store.reseal()).toBe(0);
      await store.close();
      dropOldSealingKeys(file());
      const again = await open(sealing);
      expect(await read(again)).toEqual(values);
      await again.close();
    });

    test.each([
      [
        "a value under another key",
        `update pair set value = (select value from pair where key = '${keys[0]}') where key = '${keys[1]}'`,
      ],
      ["a row that was renamed", `update pair set key = '${keys[1]}' where key = '${keys[0]}'`],
    ])("%s is found", async (_, text) => {
      const store = await open(sealing);
      await fill(store);
      await store.transaction((rows) =>
        text.includes("set key") ? rows.delete(keys[1] as string) : Promise.resolve(),
      );
      await store.close();
      await run(text);
      const again = await open(sealing);
      await expect(again.read((rows) => rows.get(keys[1] as string))).rejects.toMatchObject({ code: "unavailable" });
      await expect(again.read((rows) => rows.list(`b/${task}/`, 10))).rejects.toMatchObject({ code: "unavailable" });
      await again.close();
    });
  });
}
