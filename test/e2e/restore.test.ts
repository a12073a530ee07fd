// Older copies of the services' files put back, logs removed: nothing is served from them, and no noise is drawn twice
// for one task. The other ways to lose a ledger's past are in test/long/e2e.
import { rmSync } from "node:fs";
import { expect, test } from "vitest";
import { shareRequest } from "../../src/aggregate/share.ts";
import { newPair, startPair } from "../support/processes.ts";
import { backUp, nearlyCollected, restore, trouble } from "./copies.ts";
import { readDurable } from "./durable.ts";
import { ask, collect, question } from "./members.ts";
import { openLeaderTask, refusal } from "./shares.ts";

const behind = expect.objectContaining({ code: "ledger_behind" });

test.concurrent("a helper's copy from before it gave a share draws no second noise, whoever asks", async (context) => {
  const pair = await newPair(context, { noise: "exact" });
  const task = await nearlyCollected(pair, "helper");
  const release = await collect(pair, task);
  const opened = await openLeaderTask(pair, task);
  const request = shareRequest(opened.task, opened.batch());
  for (const withMark of [false, true]) {
    await pair.stop("helper");
    restore(pair, "helper", { withMark });
    await pair.start("helper");
    // With its mark restored too, it knows nothing of its past before the coordinator has shown what it holds.
    expect(await refusal(pair, opened.task, request)).toBe(withMark ? "unavailable" : "ledger_behind");
    if (!withMark) expect(await trouble(pair, "helper")).toMatch(/mark beside the database/);
    await expect(ask(pair, { ...question, daysMin: 5 })).rejects.toThrow(behind);
    expect(await refusal(pair, opened.task, request)).toBe("ledger_behind");
    expect(await trouble(pair, "helper")).toMatch(withMark ? /the coordinator holds entry/ : /mark/);
    expect(await collect(pair, task)).toBe(release);
  }
  expect(pair.draws("helper")).toBe(1);
  expect(readDurable(pair, "helper")).toMatchObject({ batches: [], reports: { accepted: 14 } });
});

test.concurrent("both copies from before at once: both marks refuse, and there is no second release", async (context) => {
  const pair = await newPair(context, { noise: "exact" });
  const task = await nearlyCollected(pair, "helper");
  await pair.stop("coordinator");
  backUp(pair, "coordinator");
  await pair.start("coordinator");
  await collect(pair, task);
  for (const role of ["coordinator", "helper"] as const) {
    await pair.stop(role);
    restore(pair, role);
    await pair.start(role);
  }
  for (const role of ["coordinator", "helper"] as const)
    expect(await trouble(pair, role)).toMatch(/mark beside the database/);
  await expect(collect(pair, task)).rejects.toThrow(behind);
  await expect(ask(pair)).rejects.toThrow(behind);
  expect([pair.draws("coordinator"), pair.draws("helper")]).toEqual([1, 1]);
  expect(readDurable(pair, "coordinator").leaves).toBe(0);
});

test.concurrent("a log that is removed after kill -9 takes an acknowledged debit along: found", async (context) => {
  const pair = await startPair(context);
  await ask(pair);
  expect(readDurable(pair, "helper").events).toHaveLength(1);
  await pair.stop("helper", "SIGKILL");
  for (const part of ["-wal", "-shm"]) rmSync(pair.database("helper") + part);
  await pair.start("helper");
  expect(readDurable(pair, "helper").events).toEqual([]);
  expect(await trouble(pair, "helper")).toMatch(/mark beside the database/);
  await expect(ask(pair, { ...question, daysMin: 5 })).rejects.toThrow(behind);
});
