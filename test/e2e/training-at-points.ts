// A training whose service dies at a named point, of a pair on whichever database: started again on its rows, it goes on to the same
// rounds.
import { expect, type TestContext } from "vitest";
import {
  type CrashPoint,
  coordinatorPoints,
  helperPoints,
  streamPoints,
  trainingPoints,
} from "../../src/aggregate/points.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import type { TrainingDraft } from "../../src/learning/plan/training/draft.ts";
import type { Pair } from "../support/processes.ts";
import { secretsInTurn } from "../support/stream-cluster.ts";
import { newPupils, newTrainingPair, trainingDraft } from "../support/training-pair.ts";
import { expectLedgersToHold, expectOneDebit, readDurable } from "./durable.ts";
import { roleOf } from "./journey.ts";
import { syncAll } from "./members.ts";

const PATIENCE = 40;

/** Where an error differs from a kill, or nothing of a training passes, is left to other tests. */
export const duringTraining: readonly CrashPoint[] = [...coordinatorPoints, ...trainingPoints, ...helperPoints].filter(
  (point) => !/(:refused|:helper-released|:released|:release|:withdrawn|:exchanged|:reopened)$/.test(point),
);
/** Where a stream differs from rounds by themselves. */
export const duringStream: readonly CrashPoint[] = [
  ...streamPoints,
  ...duringTraining.filter((point) =>
    /reserve|signed|published|debited|share|batch|collect|settled|closed|model/.test(point),
  ),
];

export interface Course {
  readonly draft: TrainingDraft;
  readonly rounds: number;
  readonly spent: string;
  /** Of members' accounts, once the run is known. */
  readonly secrets?: (run: string) => readonly Uint8Array[];
}

export const usual: Course = { draft: trainingDraft(), rounds: 2, spent: "0.06" };

const { rhoPerRound: _, ...unpriced } = trainingDraft();
/** Every member's turn is known, so that a round closes as soon as all have answered whose turn it is. */
export const streamed: Course = {
  draft: {
    ...unpriced,
    ...{ rounds: 4, cohort: { expected: 5, least: 5, most: 5 }, stream: { rho: "0.2", separation: 3 } },
  },
  ...{ rounds: 4, spent: "0.2" },
  secrets: (run) => secretsInTurn(run, 15),
};

/** @param make a pair of which nothing runs yet */
export async function dieTraining(
  context: Pick<TestContext, "onTestFinished">,
  point: CrashPoint,
  { draft, rounds, spent, secrets }: Course = usual,
  make: (context: Pick<TestContext, "onTestFinished">) => Promise<Pair> = newTrainingPair,
): Promise<void> {
  const role = roleOf(point);
  const pair = await make(context);
  const kill = { point, passing: 1 };
  await Promise.all([pair.start(role, { kill }), pair.start(role === "helper" ? "coordinator" : "helper")]);
  let deaths = 0;
  const expectPaid = () => (draft.stream === undefined ? expectLedgersToHold(pair) : expectOneDebit(pair));
  const revived = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch {
      if (deaths === 0) {
        expect(await pair.ended(role)).toEqual({ code: null, signal: "SIGKILL" });
        deaths++;
        expectPaid();
        await pair.start(role);
      }
      return undefined;
    }
  };
  const all = async () => (await call(pair.coordinator, coordinatorRoutes.trainings)).trainings;
  await revived(() => call(pair.coordinator, coordinatorRoutes.train, { body: { training: draft } }));
  // Killed before it was written down that there is to be one: whoever begins it hears so, and begins it again.
  if ((await all()).length === 0) await call(pair.coordinator, coordinatorRoutes.train, { body: { training: draft } });
  const own = secrets?.((await all())[0]?.run ?? "");
  const clients = await newPupils(pair, {
    ...(own && { count: own.length, change: (index) => ({ memberSecret: own[index] as Uint8Array }) }),
  });
  for (let left = PATIENCE; left > 0; left--) {
    await revived(() => syncAll(clients));
    const [one] = (await revived(all)) ?? [];
    if (one?.phase === "ended") break;
    if (one !== undefined)
      await revived(() =>
        call(pair.coordinator, coordinatorRoutes.steer, { parameters: { run: one.run }, body: { action: "advance" } }),
      );
  }
  const [view, ...more] = await all();
  expect(more).toEqual([]);
  expect(view).toMatchObject({ phase: "ended", rhoSpent: spent });
  expect(view?.rounds.map(({ number }) => number)).toEqual(Array.from({ length: rounds }, (_, i) => i + 1));
  expect(deaths).toBe(1);
  expectPaid();
  if (draft.stream === undefined) return;
  for (const side of ["coordinator", "helper"] as const) {
    const { events, streams, batches } = readDurable(pair, side);
    expect(events.map(({ kind }) => kind)).toEqual(["debit"]);
    expect(batches).toHaveLength(rounds);
    // One step a round, and no sum is kept in the end.
    expect(streams).toEqual([{ task: events[0]?.task, round: rounds, kept: false }]);
  }
}
