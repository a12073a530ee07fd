// Every layer's gradient against finite differences, in double precision: the trainer's code is the same in both precisions.
import { describe, expect, test } from "vitest";
import { layoutOf } from "../../../src/math/tensor/layout.ts";
import { plainKernels } from "../../../src/math/tensor/plain-kernels.ts";
import { openTrainer } from "../../../src/math/tensor/trainer.ts";
import type { Architecture, Layer } from "../../../src/ports/training-engine.ts";
import { Random } from "../../../src/simulate/random.ts";
import { examplesFor, normal } from "./models.ts";

const dense = (activation: "linear" | "relu" | "tanh" | "sigmoid"): Architecture => ({
  input: [7],
  layers: [{ kind: "dense", units: 5, activation }],
  output: { kind: "softmax", units: 3 },
});

const output = { kind: "softmax", units: 3 } as const;
const conv = (change: Partial<Extract<Layer, { kind: "conv1d" }>>): Architecture => ({
  input: [9, 2],
  layers: [
    { kind: "conv1d", filters: 4, kernel: 3, stride: 1, padding: "valid", activation: "tanh", ...change },
    { kind: "conv1d", filters: 3, kernel: 2, stride: 1, padding: "valid", activation: "relu" },
    { kind: "flatten" },
  ],
  output,
});
const pooled = (layer: Layer): Architecture => ({
  input: [9, 2],
  layers: [
    { kind: "conv1d", filters: 4, kernel: 3, stride: 1, padding: "valid", activation: "sigmoid" },
    layer,
    { kind: "flatten" },
    { kind: "dense", units: 5, activation: "tanh" },
  ],
  output,
});

const models: readonly (readonly [string, Architecture])[] = [
  ["softmax", { input: [4], layers: [], output: { kind: "softmax", units: 3 } }],
  ["logistic", { input: [4], layers: [], output: { kind: "logistic", units: 1 } }],
  ["two logistic units", { input: [4], layers: [], output: { kind: "logistic", units: 2 } }],
  ["linear", { input: [4], layers: [], output: { kind: "linear", units: 2 } }],
  ...(["linear", "relu", "tanh", "sigmoid"] as const).map((activation) => [activation, dense(activation)] as const),
  [
    "two hidden layers",
    {
      input: [6],
      layers: [
        { kind: "dense", units: 5, activation: "tanh" },
        { kind: "dense", units: 4, activation: "relu" },
      ],
      output: { kind: "linear", units: 1 },
    },
  ],
  ...(["valid", "same"] as const).flatMap((padding) =>
    [1, 2, 3].map((stride) => [`conv1d, ${padding}, stride ${stride}`, conv({ padding, stride })] as const),
  ),
  ["conv1d of even kernel", conv({ padding: "same", kernel: 4 })],
  ["max pool", pooled({ kind: "max-pool1d", size: 2, stride: 2 })],
  ["max pool, overlapping", pooled({ kind: "max-pool1d", size: 3, stride: 1 })],
  ["average pool", pooled({ kind: "average-pool1d", size: 3, stride: 2 })],
  ["global average pool", pooled({ kind: "global-average-pool1d" })],
  [
    "a pool in front",
    { input: [9, 2], layers: [{ kind: "max-pool1d", size: 2, stride: 2 }, { kind: "flatten" }], output },
  ],
];

const ROWS = 9;
const H = 1e-5;

/** Double precision behind the port's types. */
const double = (architecture: Architecture) => openTrainer(architecture, plainKernels("double"));
const doubles = (values: ArrayLike<number>) => Float64Array.from(values) as unknown as Float32Array;
const moved = (values: Float32Array, at: number, by: number) => {
  const copy = values.slice();
  copy[at] = (copy[at] as number) + by;
  return copy;
};

describe.each(models)("%s", (name, architecture) => {
  const trainer = double(architecture);
  const random = new Random(name);
  const weights = doubles(normal(random, trainer.parameters, 0.7));
  const examples = examplesFor(architecture, ROWS, name);
  const given = { rows: doubles(examples.rows), labels: doubles(examples.labels) };

  test("by the weights", () => {
    const { loss, gradient } = trainer.gradient(weights, given);
    expect(trainer.evaluate(weights, given).loss).toBeCloseTo(loss, 12);
    for (let i = 0; i < trainer.parameters; i++) {
      const lossAt = (by: number) => trainer.gradient(moved(weights, i, by), given).loss;
      expect(gradient[i]).toBeCloseTo((lossAt(H) - lossAt(-H)) / (2 * H), 7);
    }
  });

  test("by the inputs", () => {
    const { outputs, inputs } = trainer;
    const direction = doubles(normal(random, outputs));
    const slopes = trainer.inputGradient(weights, given.rows, direction);
    const along = (rows: Float32Array, row: number) =>
      trainer
        .scores(weights, rows)
        .subarray(row * outputs, (row + 1) * outputs)
        .reduce((sum, score, u) => sum + score * (direction[u] as number), 0);
    for (let i = 0; i < given.rows.length; i++) {
      const row = Math.floor(i / inputs);
      const difference = along(moved(given.rows, i, H), row) - along(moved(given.rows, i, -H), row);
      expect(slopes[i]).toBeCloseTo(difference / (2 * H), 7);
    }
  });
});

test("the layout lists every parameter once", () => {
  for (const [, architecture] of models) {
    const { tensors, parameters } = layoutOf(architecture);
    let next = 0;
    for (const { offset, length } of tensors) {
      expect(offset).toBe(next);
      next += length;
    }
    expect(next).toBe(parameters);
  }
});
