// A copy of the database in memory: what was in it then, and nothing of what either does later.
import { expect, test } from "vitest";
import { memoryDatabase, memoryMark } from "../../src/storage/memory/index.ts";

const budget = (epoch: string, spent: bigint) => ({ epoch, spent, cap: 10n });

test("a copy is as the database was, and neither sees the other's later rows", async () => {
  const database = memoryDatabase();
  await database.transaction((rows) => rows.putBudget(budget("2026-W01", 1n)));
  const copy = await database.copy();
  await database.transaction((rows) => rows.putBudget(budget("2026-W01", 2n)));
  await copy.transaction((rows) => rows.putBudget(budget("2026-W02", 5n)));
  const told = async (one: typeof copy) =>
    (await one.read((rows) => rows.budgets())).map(({ epoch, spent }) => [epoch, spent]);
  expect(await told(database)).toEqual([["2026-W01", 2n]]);
  expect(await told(copy)).toEqual([
    ["2026-W01", 1n],
    ["2026-W02", 5n],
  ]);
});

test("nothing of a transaction that has not ended, or that fails, is in it", async () => {
  const database = memoryDatabase();
  const failing = database.transaction(async (rows) => {
    await rows.putBudget(budget("2026-W01", 1n));
    throw new Error("no");
  });
  const copying = database.copy();
  await expect(failing).rejects.toThrow("no");
  expect(await (await copying).read((rows) => rows.budgets())).toEqual([]);
});

test("a mark begins with what it is given", async () => {
  expect(await memoryMark().read()).toBeUndefined();
  const mark = memoryMark(Uint8Array.of(1));
  expect(await mark.read()).toEqual(Uint8Array.of(1));
  await mark.replace(Uint8Array.of(2));
  expect(await mark.read()).toEqual(Uint8Array.of(2));
});
