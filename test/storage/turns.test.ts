// SQLite answers at once: a large batch goes by in turns of the event loop, so that others are answered meanwhile.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { openDatabase } from "../../src/storage/sqlite/index.ts";
import { bytes, task, withTasks } from "./row-samples.ts";

const COUNT = 2500;
let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "paceline-turns-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));
const open = () => openDatabase(join(folder, "service.sqlite"));

async function withBatch() {
  const store = await withTasks(open);
  const rest = { task, state: "accepted", error: null, upload: null, outputShare: bytes(100, 7) } as const;
  await store.transaction((rows) =>
    rows.addReports(Array.from({ length: COUNT }, () => ({ ...rest, id: nodeEntropy.bytes(16) }))),
  );
  return store;
}

/** How many turns the event loop took while `work` ran. */
async function turnsOf(work: () => Promise<unknown>): Promise<number> {
  let turns = 0;
  let over = false;
  const again = () => {
    turns += 1;
    if (!over) setImmediate(again);
  };
  setImmediate(again);
  await work();
  over = true;
  return turns;
}

async function readAll(pages: AsyncIterable<readonly unknown[]>): Promise<number> {
  let read = 0;
  for await (const page of pages) read += page.length;
  return read;
}

test("ids and shares are read, and shares are deleted, a page in each turn", async () => {
  const store = await withBatch();
  await store.transaction(async (rows) => {
    expect(await turnsOf(() => readAll(rows.acceptedIds(task, 500)))).toBeGreaterThanOrEqual(COUNT / 500);
    expect(await turnsOf(() => readAll(rows.outputShares(task, 100)))).toBeGreaterThanOrEqual(COUNT / 100);
    expect(await turnsOf(() => rows.forgetShares(task))).toBeGreaterThanOrEqual(COUNT / 1000);
    expect(await readAll(rows.outputShares(task, 100))).toBe(0);
  });
  await store.close();
});

test("what is written meanwhile comes after the transaction", async () => {
  const store = await withBatch();
  let during = 0;
  const collected = store.transaction(async (rows) => {
    for await (const page of rows.outputShares(task, 100)) {
      during += page.length;
      expect(await rows.batch(task)).toBeUndefined();
    }
    return during;
  });
  await new Promise((resolve) => setImmediate(resolve));
  const batch = { task, count: COUNT, checksum: bytes(32, 9), noisedShare: bytes(64, 8) };
  const later = store.transaction((rows) => rows.addBatch(batch)).then(() => during);
  expect(await later).toBe(COUNT);
  expect(await collected).toBe(COUNT);
  await store.close();
});

test("a database that is closed in the midst of it has forgotten nothing", async () => {
  const store = await withBatch();
  const begun = Promise.withResolvers<void>();
  const cut = store.transaction(async (rows) => {
    begun.resolve();
    await rows.forgetShares(task);
  });
  const ended = expect(cut).rejects.toThrow();
  await begun.promise;
  await store.close();
  await ended;
  const again = await open();
  expect(await again.transaction((rows) => readAll(rows.outputShares(task, 100)))).toBe(COUNT);
  await again.close();
});
