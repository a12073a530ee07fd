import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { expect, test } from "vitest";
import { openDatabase } from "../../../src/storage/sqlite/index.ts";

test("another process's write transaction is waited for, and raced by nobody", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-locked-"));
  const path = join(folder, "service.sqlite");
  const store = await openDatabase(path);
  const rival = new DatabaseSync(path);
  rival.exec("begin immediate");
  const started = performance.now();
  const write = store.transaction((rows) => rows.putBudget({ epoch: "w", cap: 1n, spent: 1n }));
  await expect(write).rejects.toThrow("locked");
  // It gave the rival seconds, and left nothing behind.
  expect(performance.now() - started).toBeGreaterThan(1000);
  rival.exec("rollback");
  await store.transaction(async (rows) => expect(await rows.budgets()).toEqual([]));
  rival.close();
  await store.close();
  rmSync(folder, { recursive: true });
});
