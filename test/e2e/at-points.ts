// A service that dies at a named point, of a pair on whichever database: started again it goes on as if nothing had happened.
import { expect } from "vitest";
import { type CrashPoint, coordinatorPoints, helperPoints, trainingPoints } from "../../src/aggregate/points.ts";
import type { Pair } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { expectOneRelease, expectSameAgain, journey, passings, roleOf } from "./journey.ts";
import { ask, newDevices } from "./members.ts";

/** Points of a reservation that is released. */
export const releasing: readonly CrashPoint[] = [
  "coordinator:refused",
  "coordinator:helper-released",
  "coordinator:released",
  "helper:release",
  "helper:released",
];
/** Points on the way of a question to its release; those of a training are its own tests'. */
const elsewhere: readonly CrashPoint[] = [...releasing, ...trainingPoints];
export const onTheWay: readonly CrashPoint[] = [...coordinatorPoints, ...helperPoints].filter(
  (point) => !elsewhere.includes(point),
);
/** Where a reservation is made and nobody else knows of it. */
const reserving: CrashPoint = "coordinator:reserved";

/** Both ledgers agree about what was never asked. @param pair nothing of it runs yet */
export async function dieReleasing(pair: Pair, point: CrashPoint): Promise<void> {
  const role = roleOf(point);
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
}

/** One release, the same whenever it is asked for. @param pair nothing of it runs yet */
export async function dieOnTheWay(pair: Pair, point: CrashPoint): Promise<void> {
  const role = roleOf(point);
  const kill = { point, passing: passings[point] ?? 1 };
  await Promise.all([pair.start(role, { kill }), pair.start(role === "helper" ? "coordinator" : "helper")]);
  const devices = await newDevices(pair);
  let deaths = 0;
  const release = await journey(pair, devices, async () => {
    expect(await pair.ended(role)).toEqual({ code: null, signal: "SIGKILL" });
    expect(++deaths).toBe(1);
    expectLedgersToHold(pair);
    // As services do: whoever died with a job in hand left it to whoever looks when its lease is over, and nothing else comes to it here.
    await pair.start(role, { working: true });
    expectLedgersToHold(pair);
  });
  expect(deaths).toBe(1);
  expectOneRelease(pair, devices, release);
  await expectSameAgain(pair, release);
  await pair.stop("coordinator", "SIGKILL");
  await pair.start("coordinator");
  await expectSameAgain(pair, release);
  expectOneRelease(pair, devices, release);
}
