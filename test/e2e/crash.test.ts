// kill -9 at every named point of either service: started again on its files, it goes on as if nothing had happened.
import { describe, expect, test } from "vitest";
import { type CrashPoint, coordinatorPoints, helperPoints } from "../../src/aggregate/points.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { newPair, type Pair, type Role } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { ask, collect, type Devices, newDevices, newLeavers, openRelease, syncAll, truthOf } from "./members.ts";

/** In the midst of the work, where there is a midst. */
const passings: Partial<Record<CrashPoint, number>> = {
  "coordinator:upload-stored": 4,
  "coordinator:job-written": 2,
  "coordinator:job-answered": 2,
  "helper:job-verified": 2,
};

/** Where a reservation is made and nobody else knows of it. */
const reserving: CrashPoint = "coordinator:reserved";

const roleOf = (point: CrashPoint) => point.split(":")[0] as Role;
const PATIENCE = 12;

/**
 * One question from asking to release, repeated from the start as analyst and devices would, two of whom
 * take their reports back, until nothing dies.
 */
async function journey(pair: Pair, { clients }: Devices, onDeath: () => Promise<void>): Promise<string> {
  const leavers = newLeavers(pair);
  for (let left = PATIENCE; ; left--) {
    try {
      const { task } = await ask(pair);
      await leavers.send(task);
      const outcomes = await syncAll(clients);
      expect(Object.keys(outcomes)).toEqual(outcomes.sent === undefined ? [] : ["sent"]);
      await leavers.leave(task);
      return await collect(pair, task);
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || error.code !== "unavailable") throw error;
    }
    await onDeath();
  }
}

/** One debit, one batch with its one stored draw of noise, and one leaf; every member counted once. */
function expectOneRelease(pair: Pair, devices: Devices, release: string): void {
  const document = openRelease(release);
  expect(document.values).toEqual(truthOf(document, devices.members));
  expectLedgersToHold(pair);
  const coordinator = readDurable(pair, "coordinator");
  const helper = readDurable(pair, "helper");
  const batches = [{ task: document.task, count: devices.members.length }];
  expect(coordinator).toMatchObject({ batches, jobs: 0, leaves: 1, reports: { accepted: devices.members.length } });
  expect(helper).toMatchObject({ batches, jobs: 0, reports: { accepted: devices.members.length } });
  expect(coordinator.queries).toEqual([{ task: document.task, state: "settled" }]);
  expect(coordinator.events).toEqual(helper.events);
  expect(coordinator.events).toHaveLength(1);
}

async function expectSameAgain(pair: Pair, release: string): Promise<void> {
  const { task } = openRelease(release);
  expect(await collect(pair, task)).toBe(release);
  expect(await call(pair.coordinator, coordinatorRoutes.release, { parameters: { task } })).toEqual({ release });
  expect(await ask(pair)).toMatchObject({ task, state: "settled" });
}

describe("kill -9", () => {
  const releasing: readonly CrashPoint[] = [
    "coordinator:refused",
    "coordinator:helper-released",
    "coordinator:released",
    "helper:release",
    "helper:released",
  ];
  const points = [...coordinatorPoints, ...helperPoints].filter((point) => !releasing.includes(point));

  test.concurrent.for(releasing)("at %s: both ledgers agree about what was never asked", async (point, context) => {
    const role = roleOf(point);
    const pair = await newPair(context);
    await Promise.all([pair.start("coordinator", { kill: { point: reserving, passing: 1 } }), pair.start("helper")]);
    await expect(ask(pair)).rejects.toMatchObject({ code: "unavailable" });
    await pair.ended("coordinator");
    // Too late for the helper to sign: the reservation is released, and one of the two dies over it.
    const kill = { point, passing: 1 };
    if (role === "helper") {
      await pair.stop("helper");
      await pair.start("helper", { kill });
    }
    await pair.start("coordinator", { clockAheadMs: 120_000, ...(role === "helper" ? {} : { kill }) });
    await ask(pair).catch(() => undefined);
    expect(await pair.ended(role)).toEqual({ code: null, signal: "SIGKILL" });
    expectLedgersToHold(pair);
    await pair.start(role, role === "helper" ? {} : { clockAheadMs: 120_000 });
    const { task } = await ask(pair);
    expectLedgersToHold(pair);
    const [coordinator, helper] = [readDurable(pair, "coordinator"), readDurable(pair, "helper")];
    expect(coordinator.queries).toEqual([{ task, state: "published" }]);
    const spent = ({ budgets }: typeof helper) => budgets.filter((row) => row.spent > 0n);
    expect(spent(coordinator)).toEqual(spent(helper));
    expect(coordinator.events.map(({ kind }) => kind)).toEqual(["debit", "release", "debit"]);
  });

  test.concurrent.for(points)("at %s", async (point, context) => {
    const role = roleOf(point);
    const other = role === "helper" ? "coordinator" : "helper";
    const pair = await newPair(context);
    const kill = { point, passing: passings[point] ?? 1 };
    await Promise.all([pair.start(role, { kill }), pair.start(other)]);
    const devices = await newDevices(pair);
    let deaths = 0;
    const release = await journey(pair, devices, async () => {
      expect(await pair.ended(role)).toEqual({ code: null, signal: "SIGKILL" });
      expect(++deaths).toBe(1);
      expectLedgersToHold(pair);
      await pair.start(role);
      expectLedgersToHold(pair);
    });
    expect(deaths).toBe(1);
    expectOneRelease(pair, devices, release);
    await expectSameAgain(pair, release);
    await pair.stop("coordinator", "SIGKILL");
    await pair.start("coordinator");
    await expectSameAgain(pair, release);
    expectOneRelease(pair, devices, release);
  });

  const again: readonly CrashPoint[] = ["coordinator:job-recorded", "helper:job-answered"];
  test.concurrent.for(again)("at %s every time, until there is no more to do there", async (point, context) => {
    const role = roleOf(point);
    const pair = await newPair(context);
    // The helper passes there once for the job it answered before it died, which comes again.
    const kill = { point, passing: role === "helper" ? 2 : 1 };
    await Promise.all([pair.start(role, { kill }), pair.start(role === "helper" ? "coordinator" : "helper")]);
    const devices = await newDevices(pair);
    let deaths = 0;
    const release = await journey(pair, devices, async () => {
      await pair.ended(role);
      deaths++;
      expectLedgersToHold(pair);
      await pair.start(role, { kill });
    });
    // Two or three jobs of five of the fourteen reports, each ended by a death.
    expect(deaths).toBeGreaterThanOrEqual(2);
    expectOneRelease(pair, devices, release);
    await expectSameAgain(pair, release);
  });
});
