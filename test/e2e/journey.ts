// One question's way through services that die, and what must hold at its end.
import { expect } from "vitest";
import type { CrashPoint } from "../../src/aggregate/points.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { type ErrorCode, isPacelineError } from "../../src/base/errors.ts";
import type { Pair, Role } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { ask, collect, type Devices, newLeavers, openRelease, syncAll, truthOf } from "./members.ts";

/** In the midst of the work, where there is a midst. */
export const passings: Partial<Record<CrashPoint, number>> = {
  "coordinator:upload-stored": 4,
  "coordinator:job-written": 2,
  "coordinator:job-answered": 2,
  "helper:job-verified": 2,
};

export const roleOf = (point: CrashPoint) => point.split(":")[0] as Role;
const PATIENCE = 12;
/** What is asked again. */
const LATER: ReadonlySet<ErrorCode> = new Set(["unavailable", "storage_full"]);

/**
 * One question from asking to release, repeated from the start as analyst and devices would, two of whom
 * take their reports back, until nothing dies.
 * @param onStep told what is waited for from now on
 * @param patience how often it is repeated
 */
export async function journey(
  pair: Pair,
  { clients }: Devices,
  onDeath: () => Promise<void>,
  onStep: (waitsFor: string) => void = () => undefined,
  patience = PATIENCE,
): Promise<string> {
  const leavers = newLeavers(pair);
  for (let left = patience; ; left--) {
    try {
      onStep("the question's task");
      const { task } = await ask(pair);
      onStep("reports that will be taken back");
      await leavers.send(task);
      onStep("every device's report");
      const outcomes = await syncAll(clients);
      expect(Object.keys(outcomes)).toEqual(outcomes.sent === undefined ? [] : ["sent"]);
      onStep("the first reports to be verified and taken back");
      await leavers.leave(task);
      onStep("the release");
      return await collect(pair, task);
    } catch (error) {
      if (left === 0 || !isPacelineError(error) || !LATER.has(error.code)) throw error;
    }
    onStep("the services to be up again");
    await onDeath();
  }
}

/** One debit, one batch with its one stored draw of noise, and one leaf; every member counted once, each draw of noise too. */
export function expectOneRelease(pair: Pair, devices: Devices, release: string): void {
  const document = openRelease(release);
  // Of noise that was drawn again, nothing of before was kept: it is the last that counts.
  const [one, other] = [pair.drawn("coordinator", document.task), pair.drawn("helper", document.task)];
  const without = document.values.map((value, i) => value - Number(one[i] ?? 0n) - Number(other[i] ?? 0n));
  expect(without).toEqual(truthOf(document, devices.members));
  expectLedgersToHold(pair);
  const coordinator = readDurable(pair, "coordinator");
  const helper = readDurable(pair, "helper");
  const batches = [{ task: document.task, count: devices.members.length }];
  expect(coordinator).toMatchObject({ batches, jobs: 0, leaves: 1, reports: { accepted: devices.members.length } });
  expect(helper).toMatchObject({ batches, jobs: 0, reports: { accepted: devices.members.length } });
  expect(coordinator.queries).toEqual([{ task: document.task, state: "settled" }]);
  const [ours, theirs] = [coordinator, helper].map(({ events }) => events.filter(({ task }) => task === document.task));
  expect(ours).toEqual(theirs);
  expect(ours).toMatchObject([{ kind: "debit" }]);
  // A reservation that the helper could not sign in time, on a slow machine, was given back: nothing of it is left.
  for (const { events } of [coordinator, helper])
    for (const other of new Set(events.map(({ task }) => task).filter((task) => task !== document.task)))
      expect(events.filter(({ task }) => task === other)).toMatchObject([{ kind: "debit" }, { kind: "release" }]);
}

export async function expectSameAgain(pair: Pair, release: string): Promise<void> {
  const { task } = openRelease(release);
  expect(await collect(pair, task)).toBe(release);
  expect(await call(pair.coordinator, coordinatorRoutes.release, { parameters: { task } })).toEqual({ release });
  expect(await ask(pair)).toMatchObject({ task, state: "settled" });
}
