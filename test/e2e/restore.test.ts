// Older copies of the services' files put back, logs removed, databases removed: nothing is served from them, and no
// noise is drawn twice for one task.
import { copyFileSync, existsSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { shareRequest } from "../../src/aggregate/share.ts";
import { newPair, type Pair, type Role, startPair } from "../support/processes.ts";
import { readDurable } from "./durable.ts";
import { ask, collect, newDevices, spec, syncAll } from "./members.ts";
import { openLeaderTask, refusal } from "./shares.ts";

const behind = expect.objectContaining({ code: "ledger_behind" });
const parts = ["", "-wal", "-shm"] as const;
const mark = (pair: Pair, role: Role) => `${pair.database(role)}.mark`;

function copy(from: string, to: string): void {
  rmSync(to, { force: true });
  if (existsSync(from)) copyFileSync(from, to);
}

/** Of a service that is stopped. */
function backUp(pair: Pair, role: Role): void {
  for (const part of parts) copy(pair.database(role) + part, `${pair.database(role)}.backup${part}`);
  copy(mark(pair, role), `${mark(pair, role)}.backup`);
}

function restore(pair: Pair, role: Role, { withMark = false } = {}): void {
  for (const part of parts) copy(`${pair.database(role)}.backup${part}`, pair.database(role) + part);
  if (withMark) copy(`${mark(pair, role)}.backup`, mark(pair, role));
}

/** What a role says of itself: nothing wrong, or the last reason in its log. */
async function trouble(pair: Pair, role: Role): Promise<string | undefined> {
  const { status, body } = await pair.transport.send({ method: "GET", url: `${pair[role].url}/health` });
  if (status === 200) return undefined;
  expect(JSON.parse(new TextDecoder().decode(body))).toMatchObject({
    ok: false,
    problems: [{ part: "ledger", code: "ledger_behind" }],
  });
  return readFileSync(join(pair.folder, `${role}.log`), "utf8")
    .trimEnd()
    .split("\n")
    .at(-1);
}

/** Every report is verified by both sides and the leader has its batch; then it dies, and the role's files are copied. */
async function nearlyCollected(pair: Pair, role: Role): Promise<string> {
  await pair.start("coordinator", { kill: { point: "coordinator:collected", passing: 1 } });
  await pair.start("helper");
  const { task } = await ask(pair);
  await syncAll((await newDevices(pair)).clients);
  await expect(collect(pair, task)).rejects.toMatchObject({ code: "unavailable" });
  await pair.ended("coordinator");
  if (role === "helper") await pair.stop("helper");
  backUp(pair, role);
  if (role === "helper") await pair.start("helper");
  await pair.start("coordinator");
  return task;
}

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
    await expect(ask(pair, { ...spec, daysMin: 5 })).rejects.toThrow(behind);
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

test.concurrent("a log that is removed after kill -9 takes an acknowledged debit along: found", async (context) => {
  const pair = await startPair(context);
  await ask(pair);
  expect(readDurable(pair, "helper").events).toHaveLength(1);
  await pair.stop("helper", "SIGKILL");
  for (const part of ["-wal", "-shm"]) rmSync(pair.database("helper") + part);
  await pair.start("helper");
  expect(readDurable(pair, "helper").events).toEqual([]);
  expect(await trouble(pair, "helper")).toMatch(/mark beside the database/);
  await expect(ask(pair, { ...spec, daysMin: 5 })).rejects.toThrow(behind);
});

test.concurrent("a database that is removed beside its keys: found by its mark, and without it by the other side", async (context) => {
  const pair = await startPair(context);
  await ask(pair);
  for (const what of [/mark beside the database/, /the coordinator holds entry/]) {
    await pair.stop("helper");
    for (const part of parts) rmSync(pair.database("helper") + part, { force: true });
    await pair.start("helper");
    await expect(ask(pair, { ...spec, daysMin: 5 })).rejects.toThrow(behind);
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
