import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { checkTraining, checkWeights } from "../../../../src/learning/plan/training/check.ts";
import {
  decodeTraining,
  encodeTraining,
  type TrainingManifest,
} from "../../../../src/learning/plan/training/manifest.ts";
import { roundTask } from "../../../../src/learning/server/rounds/task.ts";
import { rational } from "../../../../src/privacy/rational.ts";
import type { Manifest } from "../../../../src/task/manifest.ts";
import { changedAt, leafPaths, manifestOf } from "../../../support/questions.ts";
import { checked, end, feature, training } from "../../days.ts";

const refused = expect.objectContaining({ code: "manifest_refused" });
/** A whole manifest that carries a training, and what of it is said otherwise. */
const carrying = (own: TrainingManifest, change: Partial<Manifest> = {}): Manifest => ({
  ...manifestOf(),
  ...roundTask(own, { rho: rational(1n, 50n), minBatch: 20, end }),
  ...change,
});
/** The task as it was laid out, its training said otherwise. */
const smuggled = (change: Partial<TrainingManifest>): Manifest => {
  const honest = carrying(training());
  if (honest.source.kind !== "model-update") throw new Error("a training");
  return { ...honest, source: { ...honest.source, training: encodeTraining(training(change)) } };
};

test("the control: an honest round holds together, in both ways of sharing", () => {
  expect(checkTraining(carrying(training()))?.training).toEqual(training());
  const verified = training({ sharing: { kind: "verified" } });
  expect(checkTraining(carrying(verified))?.training).toEqual(verified);
  expect(checkTraining(manifestOf())).toBeUndefined();
});

const following = { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 };
const stop = { certainty: 1, patience: 1, gain: 0 };
const overlapping = (change: Partial<TrainingManifest>) => ({ overlap: { most: 2, steps: 0 }, ...change });

test("rounds may overlap, up to eight of them", () => {
  const own = training(overlapping({}));
  expect(checkTraining(carrying(own))?.training).toEqual(own);
  for (const most of [0, 1, 9, 2.5])
    expect(() => checkTraining(smuggled({ overlap: { most, steps: 0 } }))).toThrow("overlap.most is wrong");
  expect(() => checkTraining(carrying(training(overlapping({ adaptiveClip: following }))))).toThrow(
    "the clip is fixed",
  );
});

describe("refused: a training that says otherwise than its task", () => {
  const output = { kind: "logistic", units: 1 } as const;
  test.each<[string, Partial<TrainingManifest>, string]>([
    ["a larger clip", { update: { ...training().update, clip: 2 } }, "bounds are not the encoder's"],
    ["a finer scale", { update: { ...training().update, scale: 101 } }, "bounds are not the encoder's"],
    ["another modulus", { sharing: { kind: "additive", bits: 64, overflow: 1e-9 } }, "bounds are not the encoder's"],
    [
      "bits for the clip",
      { adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 } },
      "bounds are",
    ],
    ["evaluations", { evaluation: { heldOut: 0.1, losses: [1] } }, "bounds are not the encoder's"],
    [
      "more reports than sums are made for",
      { cohort: { expected: 50, most: 200 } },
      "not what the training is laid out",
    ],
    [
      "another metric",
      { features: [feature({ value: { metric: "sleep" } }), feature({ name: "b" })] },
      "other metrics",
    ],
    ["days that nobody pays for", { examples: { count: 2, everyDays: 1 } }, "reads 57 days"],
    ["more numbers than the model takes", { features: [feature()] }, "the model takes 2 numbers"],
    ["a name twice", { features: [feature({ value: { metric: "visits" } }), feature()] }, "names a feature twice"],
    ["no week", { features: [feature({ weeks: { from: 2, to: 2 } }), feature({ name: "b" })] }, "no week"],
    ["a model that is thrown", { moveMax: 101 }, "could move the model by 101"],
    ["rounds that overlap, and a rule that ends", overlapping({ decisions: { stop } }), "for the operator"],
    [
      "rounds that overlap, with correlated noise",
      overlapping({ stream: { separation: 2, coefficients: [2, 1], opens: 0, until: 1 } }),
      "one order only",
    ],
    ["more models behind it than rounds", { overlap: { most: 2, steps: 5 } }, "has no model with 5 behind it"],
    ["a round after the last", { round: { number: 6, of: 5, rollbacks: 0 } }, "past its last round"],
    [
      "an hour of work",
      {
        local: { epochs: 100, batchSize: 1, learningRate: 1, momentum: 0, proximal: 0 },
        examples: { count: 1, everyDays: 1 },
        architecture: { input: [2], layers: [{ kind: "dense", units: 1024, activation: "relu" }], output },
      },
      "",
    ],
    [
      "a label of classes",
      { label: { kind: "class", title: "t", value: { metric: "visits" }, days: 28, edges: [1, 2] } },
      "needs a softmax output of 3",
    ],
    [
      "edges that fall",
      { label: { kind: "class", title: "t", value: { metric: "visits" }, days: 28, edges: [2, 1] } },
      "must rise",
    ],
    ["a metric that is none", { label: { ...training().label, value: { metric: "salary" } } }, "unknown metric"],
    [
      "a divisor of nothing",
      { label: { ...training().label, value: { op: "/", args: [{ metric: "steps" }, { metric: "visits" }] } } },
      "divisor can be 0",
    ],
  ])("%s", (_, change, why) => {
    expect(() => checkTraining(smuggled(change))).toThrow(refused);
    expect(() => checkTraining(smuggled(change))).toThrow(why);
  });

  test("sums that wrap around more often than is stated", () => {
    const coarse = training({ sharing: { kind: "additive", bits: 16, overflow: 1e-9 } });
    expect(() => checkTraining(carrying({ ...coarse, cohort: { expected: 50, most: 10_000 } }))).toThrow("wrap around");
  });

  test("a layer that widens, to copy rows into an update", () => {
    const output = { kind: "logistic", units: 1 } as const;
    const wide = { input: [2], layers: [{ kind: "dense", units: 64, activation: "relu" }], output } as const;
    expect(() => checkTraining(smuggled({ architecture: wide as never }))).toThrow("could copy rows");
  });
});

test("an unknown field, layer, kind or type anywhere never runs: every leaf changed, and what does run says the same", () => {
  const text = encodeTraining(training({ evaluation: { heldOut: 0.1, losses: [1] }, decisions: {} }));
  const honest = JSON.parse(text) as Record<string, unknown>;
  let refusals = 0;
  for (const path of leafPaths(honest))
    for (const value of [null, {}, [], "x", true, -1, 1e300, "__proto__"]) {
      const changed = changedAt(honest, path, () => value) as Record<string, unknown>;
      try {
        const read = decodeTraining(JSON.stringify(changed));
        // A text may be any text, and a number another number: then it is read as that.
        expect(JSON.parse(encodeTraining(read))).toEqual(changed);
      } catch (error) {
        expect(error).toMatchObject({ code: "manifest_refused" });
        refusals++;
      }
    }
  expect(refusals).toBeGreaterThan(300);
  for (const more of [{ script: "x" }, { version: 3 }, { version: 1 }])
    expect(() => decodeTraining(JSON.stringify({ ...honest, ...more }))).toThrow(refused);
  fc.assert(
    fc.property(fc.json(), (json) => {
      expect(() => decodeTraining(json)).toThrow(refused);
    }),
  );
});

describe("weights", () => {
  const one = checked({ round: { number: 4, of: 5, rollbacks: 0 }, moveMax: 2 });
  const seen = (number: number, weights: readonly number[], rollbacks = 0) => ({
    round: { number, of: 5, rollbacks },
    steps: number - 1,
    weights: Float32Array.from(weights),
  });
  const check = (weights: readonly number[], before?: ReturnType<typeof seen>, own = one) =>
    checkWeights(own, Float32Array.from(weights), before);

  test("may have moved as far as the rounds since then allow, and no further", () => {
    check([0, 0, 0]);
    check([0, 0, 4], seen(2, [0, 0, 0]));
    expect(() => check([0, 0, 4.01], seen(2, [0, 0, 0]))).toThrow("has moved by");
    expect(() => check([0, 0, 100], seen(3, [0, 0, 0]))).toThrow(refused);
  });

  test("are one model a round, and rounds do not come again", () => {
    check([1, 2, 3], seen(4, [1, 2, 3]));
    expect(() => check([1, 2, 3.1], seen(4, [1, 2, 3]))).toThrow("another model than before");
    expect(() => check([0, 0, 0], seen(5, [0, 0, 0]))).toThrow("whose round 5 was seen");
    expect(() => check([0, 0, 0], seen(3, [0, 0, 0], 1))).toThrow(refused);
  });

  test("after a way back may be as far as both rounds are from the first model", () => {
    const back = checked({ round: { number: 4, of: 5, rollbacks: 1 }, moveMax: 2 });
    check([0, 0, 14], seen(3, [0, 0, 0]), back);
    expect(() => check([0, 0, 14.1], seen(3, [0, 0, 0]), back)).toThrow("has moved by");
    // An open round that was taken back comes again, with an earlier model.
    check([0, 0, 14], seen(4, [0, 0, 0]), back);
    expect(() => check([0, 0, 16.1], seen(4, [0, 0, 0]), back)).toThrow("has moved by");
    expect(() => check([0, 0, 1], seen(4, [0, 0, 0], 1), back)).toThrow("another model than before");
  });

  test("of rounds that overlap may be earlier ones, as far as the steps between allow", () => {
    const at = (steps: number, number = 4) =>
      checked({ round: { number, of: 9, rollbacks: 0 }, overlap: { most: 3, steps }, moveMax: 2 });
    const before = { round: { number: 6, of: 9, rollbacks: 0 }, steps: 3, weights: new Float32Array(3) };
    const moved = (by: number, own: ReturnType<typeof at>) => checkWeights(own, Float32Array.from([0, 0, by]), before);
    moved(4, at(1));
    expect(() => moved(4.01, at(1))).toThrow("has moved by");
    moved(4, at(5));
    expect(() => moved(4.01, at(5))).toThrow("has moved by");
    // Another number, the same model.
    moved(0, at(3));
    expect(() => moved(0.1, at(3))).toThrow("another model than before");
    expect(() =>
      checkWeights(at(5), new Float32Array(3), { ...before, round: { ...before.round, rollbacks: 1 } }),
    ).toThrow("whose round 6 was seen");
  });

  test("of another number, not finite or absurd are none", () => {
    for (const bad of [
      [0, 0],
      [0, 0, 0, 0],
      [Number.NaN, 0, 0],
      [0, Infinity, 0],
      [1e30, 0, 0],
    ])
      expect(() => check(bad)).toThrow(refused);
  });
});
