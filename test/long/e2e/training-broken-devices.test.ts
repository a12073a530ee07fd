// Devices whose data or engines make nothing sensible, in rounds through both services: honest code refuses or clips what they make.
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "../../../src/api/call.ts";
import { coordinatorRoutes } from "../../../src/api/routes.ts";
import type { Client } from "../../../src/client/client.ts";
import type { ClientOptions } from "../../../src/client/options.ts";
import { decodeModel } from "../../../src/learning/plan/training/model.ts";
import { plainEngine } from "../../../src/math/tensor/trainer.ts";
import type { TrainingEngine } from "../../../src/ports/training-engine.ts";
import type { Member } from "../../../src/records/types.ts";
import { accuracyOf } from "../../../src/simulate/training/index.ts";
import { addToRound } from "../../support/modified-client.ts";
import type { Pair } from "../../support/processes.ts";
import { lastDay, newPupils, newTrainingPair, pupils, trainingDraft } from "../../support/training-pair.ts";

const HONEST = 60;
const ROUNDS = 3;
/** Of each kind. */
const BROKEN = 3;
/** Accuracy may differ by so much: of 1,000 members whom nobody learnt from, one in a hundred. */
const BOUND = 0.01;

/** What local training makes of the weights is made something else of. */
const engineOf = (change: (after: number, before: number) => number): TrainingEngine => ({
  name: "broken",
  open(architecture) {
    const trainer = plainEngine.open(architecture);
    return (
      trainer && {
        ...trainer,
        train(weights, examples, options) {
          const before = weights.slice();
          const result = trainer.train(weights, examples, options);
          for (let i = 0; i < weights.length; i++) weights[i] = change(weights[i] as number, before[i] as number);
          return result;
        },
      }
    );
  },
});

const daysWith = ({ days }: Member, value: number) =>
  days.map(({ day }) => ({ day, values: { steps: value, visits: value } }));

/** What is wrong with a device, and whether a report of it leaves. */
const kinds: Readonly<
  Record<string, { readonly options: (own: Member) => Partial<ClientOptions>; readonly sends: boolean }>
> = {
  "days that are no numbers": { options: (own) => ({ days: () => daysWith(own, Number.NaN) }), sends: false },
  "infinite days": { options: (own) => ({ days: () => daysWith(own, Number.POSITIVE_INFINITY) }), sends: false },
  "days of 1e300": { options: (own) => ({ days: () => daysWith(own, 1e300) }), sends: true },
  "an engine that makes NaN": { options: () => ({ engine: engineOf(() => Number.NaN) }), sends: true },
  "an engine that makes a hundred times the update": {
    options: () => ({ engine: engineOf((after, before) => before + 100 * (after - before)) }),
    sends: true,
  },
  "an engine that makes a hundred times its opposite": {
    options: () => ({ engine: engineOf((after, before) => before - 100 * (after - before)) }),
    sends: true,
  },
};

const sorts = Object.values(kinds);
const many = pupils(HONEST + BROKEN * sorts.length);
const others = pupils(1000, "whom nobody learnt from");
const optionsOf = (index: number): Partial<ClientOptions> =>
  index < HONEST
    ? {}
    : (sorts[(index - HONEST) % sorts.length] as (typeof sorts)[number]).options(many[index] as Member);

interface Trained {
  readonly weights: Float32Array;
  readonly accuracy: number;
  /** Of each device, what its syncs came to. */
  readonly outcomes: readonly string[];
}

/** @param also what happens first in the last round */
async function trained(count: number, also: (pair: Pair, weights: Float32Array) => Promise<unknown>): Promise<Trained> {
  const ends: (() => unknown)[] = [];
  const pair = await newTrainingPair({ onTestFinished: (end: () => unknown) => void ends.push(end) } as never);
  try {
    await Promise.all([pair.start("coordinator"), pair.start("helper")]);
    const most = HONEST + sorts.filter(({ sends }) => sends).length * BROKEN;
    const cohort = { expected: HONEST, least: HONEST, most: count === HONEST ? HONEST : most };
    const draft = trainingDraft({ rounds: ROUNDS, cohort });
    const { run } = await call(pair.coordinator, coordinatorRoutes.train, { body: { training: draft } });
    const model = async () =>
      decodeModel((await call(pair.coordinator, coordinatorRoutes.model, { parameters: { run } })).model);
    const clients = await newPupils(pair, { count, change: optionsOf });
    let outcomes: readonly string[] = [];
    for (let round = 1; round <= ROUNDS; round++) {
      if (round === ROUNDS) await also(pair, (await model()).weights);
      outcomes = await Promise.all(clients.map(outcomeOf));
      const parameters = { parameters: { run }, body: { action: "advance" } } as const;
      await call(pair.coordinator, coordinatorRoutes.steer, parameters);
    }
    const view = await call(pair.coordinator, coordinatorRoutes.training, { parameters: { run } });
    expect(view).toMatchObject({ phase: "ended", rounds: [{ number: 1 }, { number: 2 }, { number: 3 }] });
    const last = await model();
    return { weights: last.weights, accuracy: accuracyOf(last, others, lastDay + 1).accuracy, outcomes };
  } finally {
    for (const end of ends.reverse()) await end();
  }
}

const outcomeOf = (client: Client): Promise<string> =>
  client.sync().then(
    ([one]) => one?.outcome ?? "nothing",
    (error: { readonly code?: string }) => error.code ?? "error",
  );

let calm: Trained;
let broken: Trained;
beforeAll(async () => {
  calm = await trained(HONEST, async () => undefined);
  broken = await trained(many.length, async () => undefined);
});
afterAll(() => {
  console.log(
    `accuracy of 1,000 others: ${calm.accuracy} without broken devices, ${broken.accuracy} with ${many.length - HONEST}`,
  );
});

test("the accuracy on others is unmoved by one device in five that is broken", () => {
  expect(calm.accuracy).toBeGreaterThan(0.6);
  expect(Math.abs(broken.accuracy - calm.accuracy)).toBeLessThanOrEqual(BOUND);
});

test("no report leaves a device whose days are no numbers; those that leave are like any other", () => {
  expect(calm.outcomes.every((outcome) => outcome === "sent")).toBe(true);
  for (let index = HONEST; index < many.length; index++) {
    const { sends } = sorts[(index - HONEST) % sorts.length] as (typeof sorts)[number];
    expect(broken.outcomes[index]).toBe(sends ? "sent" : "invalid_argument");
  }
});

test("each of them moves the model by no more than the clip, whatever it makes", () => {
  const { clip, optimiser } = trainingDraft();
  const { learningRate } = optimiser as { readonly learningRate: number };
  const distance = Math.hypot(...broken.weights.map((w, i) => w - (calm.weights[i] as number)));
  const sending = BROKEN * sorts.filter(({ sends }) => sends).length;
  expect(distance).toBeLessThan((ROUNDS * sending * clip * learningRate) / HONEST);
});

test("the same hundred times, of a modified client that does not clip, is not: what the checks are for", async () => {
  // In the place of one of them, in the direction that undoes what was learnt.
  const spoilt = await trained(HONEST, async (pair, weights) => {
    const norm = Math.hypot(...weights);
    await addToRound(pair, (cells) => Array.from({ length: cells }, (_, i) => (-150 * (weights[i] ?? 0)) / norm));
  });
  expect(spoilt.accuracy).toBeLessThan(calm.accuracy - 0.2);
});
