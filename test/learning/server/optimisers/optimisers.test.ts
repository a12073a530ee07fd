import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { safeParse } from "../../../../src/base/schema.ts";
import { type OptimiserPlan, optimiserSchema } from "../../../../src/learning/plan/optimiser.ts";
import {
  decodeOptimiserState,
  encodeOptimiserState,
  type Stepped,
  startOptimiser,
  stepOptimiser,
} from "../../../../src/learning/server/optimisers/index.ts";

const learningRate = 0.5;
const adaptive = { learningRate, beta1: 0.9, beta2: 0.99, adaptivity: 0.01 };
const plans: readonly OptimiserPlan[] = [
  { kind: "fedavg", learningRate },
  { kind: "fedavgm", learningRate, momentum: 0.9 },
  { kind: "fedadam", ...adaptive },
  { kind: "fedyogi", ...adaptive },
];
const invalid = expect.objectContaining({ code: "invalid_message" });

function run(plan: OptimiserPlan, start: readonly number[], means: readonly (readonly number[])[]) {
  let all: Stepped = { weights: Float64Array.from(start), state: startOptimiser(plan, start.length) };
  for (const mean of means) all = stepOptimiser(plan, all.state, all.weights, mean);
  return all;
}

const start = [0.1, -0.2, 0.3, 4];
const means = [
  [0.5, -0.25, 0, 1.5],
  [-0.125, 0.75, 2, -3],
  [0.0625, 0.001, -1, 0.3],
  [4, -0.5, 1e-3, 0],
  [-1, 1, 0.25, -0.75],
];

describe("five rounds give what the papers' formulas give in 60 digits (Python's decimal)", () => {
  test.each([
    ["fedavg", [1.81875, 0.3005, 0.9255, 3.025]],
    ["fedavgm", [4.293525, 0.6040925, 2.50995, 1.944325]],
    ["fedadam", [1.9189829538418375, 0.30239208618105334, 1.2965134383644945, 3.6573179529960274]],
    ["fedyogi", [1.9137272920623014, 0.29955552625700554, 1.291935241029541, 3.6594719958658106]],
  ] as const)("%s", (kind, expected) => {
    const plan = plans.find((one) => one.kind === kind) as OptimiserPlan;
    const { weights, state } = run(plan, start, means);
    expect(state.steps).toBe(5);
    for (const [i, value] of expected.entries()) expect(Math.abs((weights[i] as number) - value)).toBeLessThan(1e-13);
  });
});

const cells = fc.array(fc.double({ min: -10, max: 10, noNaN: true }), { minLength: 3, maxLength: 3 });
const rounds = fc.array(cells, { minLength: 1, maxLength: 8 });

describe.each(plans)("$kind", (plan) => {
  test("a restart after any round, from bytes, changes no bit", () => {
    fc.assert(
      fc.property(cells, rounds, (weights, given) => {
        const through = run(plan, weights, given);
        let again: Stepped = { weights: Float64Array.from(weights), state: startOptimiser(plan, 3) };
        for (const mean of given) {
          const state = decodeOptimiserState(encodeOptimiserState(again.state), plan, 3);
          again = stepOptimiser(plan, state, again.weights, mean);
        }
        expect(again).toEqual(through);
      }),
    );
  });

  test("neither weights nor state that are given change, and equal calls give equal answers", () => {
    const weights = Float64Array.from(start);
    const { state } = run(plan, start, means);
    const before = encodeOptimiserState(state);
    const once = stepOptimiser(plan, state, weights, [1, 2, 3, 4]);
    expect([...weights]).toEqual(start);
    expect(encodeOptimiserState(state)).toEqual(before);
    expect(stepOptimiser(plan, state, weights, [1, 2, 3, 4])).toEqual(once);
  });

  test("treats every cell alike: cells in another order give the same cells in that order", () => {
    fc.assert(
      fc.property(cells, rounds, (weights, given) => {
        const turned = (all: readonly number[]) => [...all].reverse();
        const { weights: plain } = run(plan, weights, given);
        expect([...run(plan, turned(weights), given.map(turned)).weights].reverse()).toEqual([...plain]);
      }),
    );
  });

  test("is odd: from 0, opposite updates give opposite weights", () => {
    fc.assert(
      fc.property(rounds, (given) => {
        const { weights } = run(plan, [0, 0, 0], given);
        const opposite = run(
          plan,
          [0, 0, 0],
          given.map((mean) => mean.map((x) => 0 - x)),
        ).weights;
        for (const [i, weight] of weights.entries()) expect(opposite[i]).toBeCloseTo(-weight, 12);
      }),
    );
  });

  test("rounds in which nothing moves leave the model where momentum alone carries it", () => {
    const { weights } = run(plan, start, [[0, 0, 0, 0]]);
    expect([...weights]).toEqual(start);
  });

  test("refuses what does not belong together, and a model that would be no numbers any more", () => {
    const state = startOptimiser(plan, 4);
    const refused = expect.objectContaining({ code: "invalid_argument" });
    expect(() => stepOptimiser(plan, state, start, [1, 2, 3])).toThrow(refused);
    for (const bad of [Number.NaN, Number.POSITIVE_INFINITY])
      expect(() => stepOptimiser(plan, state, start, [0, bad, 0, 0])).toThrow(refused);
    for (const other of plans.filter(({ kind }) => kind !== plan.kind))
      expect(() => stepOptimiser(other, state, start, [0, 0, 0, 0])).toThrow(refused);
  });

  test("bytes of another optimiser, model, version or length are refused, and every cut and longer text", () => {
    const bytes = encodeOptimiserState(run(plan, start, means).state);
    for (const other of plans.filter(({ kind }) => kind !== plan.kind))
      expect(() => decodeOptimiserState(bytes, other, 4)).toThrow(invalid);
    if (plan.kind !== "fedavg") expect(() => decodeOptimiserState(bytes, plan, 5)).toThrow(invalid);
    for (let cut = 0; cut < bytes.length; cut++)
      expect(() => decodeOptimiserState(bytes.subarray(0, cut), plan, 4)).toThrow(invalid);
    expect(() => decodeOptimiserState(Uint8Array.of(...bytes, 0), plan, 4)).toThrow(invalid);
    expect(() => decodeOptimiserState(Uint8Array.of(2, ...bytes.subarray(1)), plan, 4)).toThrow(invalid);
  });
});

test("momentum of 0 is FedAvg; a constant update with momentum β ends at steps of η/(1−β)", () => {
  const plain = run({ kind: "fedavg", learningRate }, start, means);
  expect(run({ kind: "fedavgm", learningRate, momentum: 0 }, start, means).weights).toEqual(plain.weights);
  const many = run({ kind: "fedavgm", learningRate: 1, momentum: 0.5 }, [0], new Array(60).fill([1]));
  const next = stepOptimiser({ kind: "fedavgm", learningRate: 1, momentum: 0.5 }, many.state, many.weights, [1]);
  expect((next.weights[0] as number) - (many.weights[0] as number)).toBeCloseTo(2, 12);
});

test.each(["fedadam", "fedyogi"] as const)(
  "%s does not feel the unit: updates and τ ten times as large move as far",
  (kind) => {
    const plan = { kind, ...adaptive };
    const large = { ...plan, adaptivity: 10 * plan.adaptivity };
    const { weights } = run(plan, [0, 0, 0, 0], means);
    const scaled = run(
      large,
      [0, 0, 0, 0],
      means.map((mean) => mean.map((x) => 10 * x)),
    ).weights;
    for (const [i, weight] of weights.entries()) expect(scaled[i]).toBeCloseTo(weight, 12);
  },
);

test("a second moment is never below 0, and one that is told so is refused", () => {
  fc.assert(
    fc.property(rounds, (given) => {
      for (const plan of plans.slice(2))
        expect(run(plan, [0, 0, 0], given).state.moments[1]?.every((v) => v >= 0)).toBe(true);
    }),
  );
  const plan = plans[2] as OptimiserPlan;
  const state = startOptimiser(plan, 1);
  for (const bad of [-1, Number.NaN, Number.POSITIVE_INFINITY]) {
    const forged = { ...state, moments: [Float64Array.of(0), Float64Array.of(bad)] };
    expect(() => decodeOptimiserState(encodeOptimiserState(forged), plan, 1)).toThrow(invalid);
  }
});

test("a plan names one of the four with all of its numbers, in their ranges, and nothing else", () => {
  for (const plan of plans) expect(safeParse(optimiserSchema, plan).success).toBe(true);
  const wrong: readonly unknown[] = [
    { kind: "sgd", learningRate },
    { kind: "fedavg" },
    { kind: "fedavg", learningRate: 0 },
    { kind: "fedavg", learningRate, momentum: 0.9 },
    { kind: "fedavgm", learningRate, momentum: 1 },
    { kind: "fedadam", ...adaptive, beta2: 1 },
    { kind: "fedadam", ...adaptive, adaptivity: 0 },
    { kind: "fedyogi", ...adaptive, beta1: -0.1 },
  ];
  for (const plan of wrong) expect(safeParse(optimiserSchema, plan).success).toBe(false);
});
