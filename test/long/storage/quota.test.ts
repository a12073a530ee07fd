// Places of one task that processes fill while they are killed: exactly as many as there are, on both databases.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { openDatabase as openPostgres } from "../../../src/storage/postgres/index.ts";
import { openDatabase as openSqlite } from "../../../src/storage/sqlite/index.ts";
import { type Open, task, withTasks } from "../../storage/row-samples.ts";
import { noPostgres, startPostgres } from "../../support/postgres.ts";

const MOST = 12_000;
const ROUNDS = 12;

/** Fills places until it is killed or there are none. */
function filler(where: string) {
  const child = fileURLToPath(new URL("../../storage/quota-child.ts", import.meta.url));
  const process_ = spawn(process.execPath, ["--conditions=paceline-source", child, where, String(MOST)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let [said, lines] = [0, 0];
  createInterface({ input: process_.stdout }).on("line", (line) => {
    said += Number(line);
    lines += 1;
  });
  return {
    begun: () => lines > 0,
    said: () => said,
    kill: () => process_.kill("SIGKILL"),
    ended: once(process_, "close").then(([code, signal]) => (code ?? signal) as number | string),
  };
}

/** @param together processes at a time */
async function fillUp(open: Open, where: string, together: number): Promise<void> {
  await (await withTasks(open)).close();
  let [acknowledged, killed] = [0, 0];
  // On a fast machine there are no places left for the last rounds.
  for (let round = 0; round < ROUNDS && acknowledged < MOST / 2; round++) {
    const fillers = Array.from({ length: together }, () => filler(where));
    while (!fillers.every(({ begun }) => begun())) await new Promise((resolve) => setTimeout(resolve, 20));
    await new Promise((resolve) => setTimeout(resolve, randomInt(100)));
    for (const one of fillers) one.kill();
    for (const one of fillers) if ((await one.ended) === "SIGKILL") killed += 1;
    acknowledged += fillers.reduce((sum, one) => sum + one.said(), 0);
  }
  const store = await open();
  const before = await store.read((rows) => rows.reportCount(task));
  await store.close();
  expect(killed).toBeGreaterThan(0);
  expect(before).toBeGreaterThanOrEqual(acknowledged);
  const last = Array.from({ length: together }, () => filler(where));
  expect(await Promise.all(last.map(({ ended }) => ended))).toEqual(new Array(together).fill(0));
  const after = await open();
  expect(await after.read((rows) => rows.reportCount(task))).toBe(MOST);
  expect(last.reduce((sum, one) => sum + one.said(), 0)).toBe(MOST - before);
  await after.close();
}

test.skipIf(noPostgres !== undefined)("PostgreSQL, three processes at a time", async ({ onTestFinished }) => {
  const server = await startPostgres();
  onTestFinished(() => server.stop());
  await server.create("quota");
  const url = server.url("quota");
  await fillUp(() => openPostgres(url), url, 3);
});

test("SQLite, one after another", async ({ onTestFinished }) => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-quota-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "quota.sqlite");
  await fillUp(() => openSqlite(path), path, 1);
});
