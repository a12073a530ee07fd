// Databases and marks removed, and a coordinator's older copy: nothing is served, and the other side says so.
import { existsSync, rmSync } from "node:fs";
import { expect, test } from "vitest";
import { mark, nearlyCollected, parts, restore, trouble } from "../../e2e/copies.ts";
import { readDurable } from "../../e2e/durable.ts";
import { ask, collect, newDevices, question } from "../../e2e/members.ts";
import { newPair, startPair } from "../../support/processes.ts";

const behind = expect.objectContaining({ code: "ledger_behind" });

test.concurrent("a coordinator's copy with its mark: the helper tells it", async (context) => {
  const pair = await newPair(context);
  const task = await nearlyCollected(pair, "coordinator");
  await collect(pair, task);
  await pair.stop("coordinator");
  restore(pair, "coordinator", { withMark: true });
  await pair.start("coordinator");
  expect(await trouble(pair, "coordinator")).toMatch(/the helper holds entry \d+ of this ledger/);
  await expect(collect(pair, task)).rejects.toThrow(behind);
  // Phones wait; a restart changes nothing.
  const [device] = (await newDevices(pair)).clients;
  await expect(device?.sync()).rejects.toMatchObject({ code: "unavailable" });
  await pair.stop("coordinator");
  await pair.start("coordinator");
  expect(await trouble(pair, "coordinator")).toBeDefined();
  expect(await trouble(pair, "helper")).toBeUndefined();
});

test.concurrent("a database that is removed beside its keys: found by its mark, and without it by the other side", async (context) => {
  const pair = await startPair(context);
  await ask(pair);
  for (const what of [/mark beside the database/, /the coordinator holds entry/]) {
    await pair.stop("helper");
    for (const part of parts) rmSync(pair.database("helper") + part, { force: true });
    await pair.start("helper");
    await expect(ask(pair, { ...question, daysMin: 5 })).rejects.toThrow(behind);
    expect(await trouble(pair, "helper")).toMatch(what);
    rmSync(mark(pair, "helper"), { force: true });
  }
  expect(readDurable(pair, "helper").events).toEqual([]);
});

test.concurrent("a mark that is missing beside a ledger with a past is not made anew", async (context) => {
  const pair = await newPair(context);
  await pair.start("helper");
  await pair.start("coordinator");
  await ask(pair);
  await pair.stop("coordinator", "SIGKILL");
  rmSync(mark(pair, "coordinator"));
  await pair.start("coordinator");
  expect(await trouble(pair, "coordinator")).toMatch(/mark beside the database is missing/);
  expect(existsSync(mark(pair, "coordinator"))).toBe(false);
});
