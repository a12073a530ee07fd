import { describe, expect, test } from "vitest";
import { explainRow } from "../../../../src/learning/device/explain/contributions.ts";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import { ownEngine } from "../../../../src/math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../../../src/platform/node/wasm.ts";
import type { Architecture, Layer, Trainer } from "../../../../src/ports/training-engine.ts";
import { Random } from "../../../../src/simulate/random.ts";
import { normal } from "../../../math/tensor/models.ts";

const softmax = { kind: "softmax", units: 4 } as const;
const dense = (units: number, activation: "relu" | "tanh" | "sigmoid" | "linear"): Layer => ({
  ...{ kind: "dense", units, activation },
});
const conv: Layer = { kind: "conv1d", filters: 6, kernel: 3, stride: 1, padding: "same", activation: "relu" };
const curved: readonly (readonly [string, Architecture])[] = [
  ["relu", { input: [12], layers: [dense(10, "relu"), dense(8, "relu")], output: softmax }],
  ["tanh", { input: [12], layers: [dense(10, "tanh")], output: { kind: "logistic", units: 1 } }],
  ["sigmoid", { input: [12], layers: [dense(10, "sigmoid")], output: { kind: "linear", units: 2 } }],
  [
    "a convolution",
    {
      input: [20, 2],
      layers: [conv, { kind: "max-pool1d", size: 2, stride: 2 }, { kind: "flatten" }, dense(9, "tanh")],
      output: softmax,
    },
  ],
];
const sum = (values: ArrayLike<number>) => Array.from(values).reduce((all, x) => all + x, 0);
const engine = ownEngine(nodeWasm);

function setting(name: string, architecture: Architecture, spread = 0.8) {
  const trainer = engine.open(architecture) as Trainer;
  const random = new Random(name);
  const weights = normal(random, trainer.parameters, spread);
  return { trainer, architecture, weights, row: normal(random, trainer.inputs, 1.5), random };
}

/** Of the explained output's score. */
function scoreAt({ trainer, architecture, weights }: ReturnType<typeof setting>, row: Float32Array, output: number) {
  const scores = trainer.scores(weights, row);
  const mean = architecture.output.kind === "softmax" ? sum(scores) / scores.length : 0;
  return (scores[output] as number) - mean;
}

describe.each(curved)("integrated gradients: %s", (name, architecture) => {
  test("add up to the difference from the baseline", () => {
    for (let i = 0; i < 6; i++) {
      const given = setting(`${name} ${i}`, architecture);
      const output = i % given.trainer.outputs;
      const baseline =
        i % 2 === 0 ? new Float32Array(given.trainer.inputs) : normal(given.random, given.trainer.inputs);
      const explained = explainRow({ ...given, output, baseline });
      const expected = scoreAt(given, given.row, output) - scoreAt(given, baseline, output);
      expect(explained.exact).toBe(false);
      expect(Math.abs(explained.difference - expected)).toBeLessThan(1e-4);
      expect(Math.abs(explained.gap)).toBeLessThanOrEqual(1.01e-3 * (1 + Math.abs(expected)));
      expect(Math.abs(sum(explained.contributions) + explained.gap - explained.difference)).toBeLessThan(1e-9);
      expect(Math.abs(sum(explained.contributions) - expected)).toBeLessThan(1.2e-3 * (1 + Math.abs(expected)));
    }
  });

  test("are the integral, number by number", () => {
    const given = setting(name, architecture);
    const { contributions } = explainRow(given);
    const { trainer, weights, row } = given;
    const STEPS = 1000;
    const rows = Float32Array.from({ length: STEPS * row.length }, (_, i) => {
      const share = (Math.floor(i / row.length) + 0.5) / STEPS;
      return share * (row[i % row.length] as number);
    });
    const units = trainer.outputs;
    const direction = Float32Array.from({ length: units }, (_, u) => {
      return (u === 0 ? 1 : 0) - (architecture.output.kind === "softmax" ? 1 / units : 0);
    });
    const slopes = trainer.inputGradient(weights, rows, direction);
    const largest = Math.max(...contributions.map(Math.abs));
    for (let j = 0; j < row.length; j++) {
      let mean = 0;
      for (let i = 0; i < STEPS; i++) mean += (slopes[i * row.length + j] as number) / STEPS;
      expect(Math.abs((contributions[j] as number) - mean * (row[j] as number))).toBeLessThan(0.01 * largest);
    }
  });

  test("a number that is at the baseline, or that the model does not read, has no part", () => {
    const given = setting(name, architecture);
    given.row[1] = 0;
    expect(explainRow(given).contributions[1]).toBe(0);
  });

  test("a tighter tolerance takes more gradients and leaves a smaller gap", () => {
    const given = setting(name, architecture);
    const [rough, fine] = [0.5, 2e-4].map((tolerance) => explainRow({ ...given, tolerance }));
    expect(fine?.gradients).toBeGreaterThanOrEqual(rough?.gradients as number);
    expect(Math.abs(fine?.gap as number)).toBeLessThan(3e-4);
  });
});

describe("linear models are explained exactly", () => {
  test.each<[string, Architecture]>([
    ["logistic", { input: [9], layers: [], output: { kind: "logistic", units: 1 } }],
    ["softmax", { input: [9], layers: [], output: softmax }],
    ["linear, three outputs", { input: [9], layers: [], output: { kind: "linear", units: 3 } }],
  ])("%s: weight times number", (name, architecture) => {
    const given = setting(name, architecture);
    const { weights, row, trainer } = given;
    const units = trainer.outputs;
    for (let output = 0; output < units; output++) {
      const { contributions, difference, gap, exact } = explainRow({ ...given, output });
      expect([exact, gap]).toEqual([true, 0]);
      expect(Math.abs(sum(contributions) - difference)).toBeLessThan(1e-12);
      contributions.forEach((contribution, j) => {
        const own = Array.from({ length: units }, (_, u) => weights[j * units + u] as number);
        const mean = architecture.output.kind === "softmax" ? sum(own) / units : 0;
        expect(contribution).toBeCloseTo(((own[output] as number) - mean) * (row[j] as number), 5);
      });
      const zeros = new Float32Array(trainer.inputs);
      expect(difference).toBeCloseTo(scoreAt(given, row, output) - scoreAt(given, zeros, output), 4);
    }
  });

  test("layers without a bend are as exact as single precision", () => {
    const layers: Layer[] = [
      { ...conv, activation: "linear" } as Layer,
      { kind: "average-pool1d", size: 2, stride: 2 },
      { kind: "flatten" },
      dense(5, "linear"),
    ];
    const given = setting("deep", { input: [12, 2], layers, output: softmax }, 0.4);
    const { exact, gap, gradients, difference } = explainRow(given);
    expect([exact, gradients]).toEqual([true, 1]);
    expect(Math.abs(gap)).toBeLessThan(1e-4 * (1 + Math.abs(difference)));
  });
});

describe("what is refused", () => {
  const given = setting("refused", curved[1]?.[1] as Architecture);
  const refused = expect.objectContaining({ code: "invalid_argument" });

  test.each([
    ["a row too short", { row: given.row.subarray(1) }],
    ["a baseline too long", { baseline: new Float32Array(13) }],
    ["an output that is not there", { output: 1 }],
    ["half an output", { output: 0.5 }],
    ["weights too few", { weights: given.weights.subarray(1) }],
    ["a number that is none", { row: new Float32Array(12).fill(Number.NaN) }],
  ])("%s", (_, change) => {
    expect(() => explainRow({ ...given, ...change })).toThrow(refused);
    const single: Architecture = { input: [12], layers: [], output: { kind: "logistic", units: 1 } };
    const trainer = plainEngine.open(single) as Trainer;
    const linear = { ...given, trainer, architecture: single, weights: given.weights.slice(0, 13) };
    const { weights, ...rest } = change as { weights?: Float32Array };
    const other = weights === undefined ? rest : { weights: linear.weights.subarray(1) };
    expect(() => explainRow({ ...linear, ...other })).toThrow(refused);
  });
});
