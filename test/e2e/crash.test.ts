// kill -9 at every named point of either service: started again on its files, it goes on as if nothing had happened.
import { describe, expect, test } from "vitest";
import { type CrashPoint, coordinatorPoints, helperPoints } from "../../src/aggregate/points.ts";
import { newPair } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { expectOneRelease, expectSameAgain, journey, passings, roleOf } from "./journey.ts";
import { ask, newDevices } from "./members.ts";

/** Where a reservation is made and nobody else knows of it. */
const reserving: CrashPoint = "coordinator:reserved";

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
