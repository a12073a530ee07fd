// The WebAssembly kernels and their plain TypeScript twin: the same bits, in whole models and in single operations.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { TensorKernels } from "../../../src/math/tensor/kernels.ts";
import { seededOrder } from "../../../src/math/tensor/order.ts";
import { plainKernels } from "../../../src/math/tensor/plain-kernels.ts";
import { plainEngine } from "../../../src/math/tensor/trainer.ts";
import { ownEngine, wasmKernels } from "../../../src/math/tensor/wasm/engine.ts";
import { nodeWasm } from "../../../src/platform/node/wasm.ts";
import type { Architecture, Layer, Trainer, TrainingOptions } from "../../../src/ports/training-engine.ts";
import { Random } from "../../../src/simulate/random.ts";
import { cnn, examplesFor, mlp, normal } from "./models.ts";

const engines = [ownEngine(nodeWasm), plainEngine] as const;
const both = (architecture: Architecture) =>
  engines.map((engine) => engine.open(architecture) as Trainer) as [Trainer, Trainer];

/** Exactly: also the sign of a zero, and NaN where NaN. */
function sameBits(a: ArrayLike<number>, b: ArrayLike<number>): void {
  expect(a.length).toBe(b.length);
  for (let i = 0; i < a.length; i++)
    if (!Object.is(a[i], b[i])) throw new Error(`at ${i}: ${a[i]} in WebAssembly, ${b[i]} in TypeScript`);
}

test("WebAssembly where the host can, plain TypeScript elsewhere", () => {
  expect(engines[0].name).toBe("wasm");
  expect(ownEngine().name).toBe("typescript");
  expect(ownEngine({ instantiate: () => undefined }).name).toBe("typescript");
});

test.each([
  ["the MLP of 36,358 parameters, 100 steps", mlp, 100, { learningRate: 0.05 }],
  ["the same with momentum and a proximal term", mlp, 12, { learningRate: 0.05, momentum: 0.9, proximal: { mu: 0.1 } }],
  ["the convolutional one of 22,438 parameters, 5 steps", cnn, 5, { learningRate: 0.05 }],
] as const)("the same bits: %s", (name, architecture, steps, options) => {
  const [wasm, plain] = both(architecture);
  const rows = Math.min(steps, 25) * 32 - 9;
  const examples = examplesFor(architecture, rows, name);
  const random = new Random(name);
  const start = normal(random, wasm.parameters, 0.08);
  const epochs = Math.ceil(steps / 25);
  const all: TrainingOptions = {
    epochs,
    batchSize: 32,
    order: seededOrder(rows, epochs, new Uint8Array(4)),
    ...options,
  };
  const [one, two, again] = [start.slice(), start.slice(), start.slice()];
  const result = wasm.train(one, examples, all);
  expect(result.steps).toBe(steps);
  expect(plain.train(two, examples, all)).toEqual(result);
  sameBits(one, two);
  expect(result.loss).toBeLessThan(wasm.evaluate(start, examples).loss);
  // And in every run, whatever the trainer did before.
  expect(wasm.train(again, examples, all)).toEqual(result);
  sameBits(again, one);
});

const size = fc.integer({ min: 1, max: 9 });
const activation = fc.constantFrom("linear", "relu", "tanh", "sigmoid");
const dense = fc.record({ kind: fc.constant("dense" as const), units: size, activation });
const front: fc.Arbitrary<readonly Layer[]> = fc
  .oneof(
    fc.record({
      ...{ kind: fc.constant("conv1d" as const), filters: size, kernel: fc.integer({ min: 1, max: 4 }), activation },
      ...{ stride: fc.integer({ min: 1, max: 3 }), padding: fc.constantFrom("valid", "same") },
    }),
    fc.record({
      kind: fc.constantFrom("max-pool1d", "average-pool1d"),
      ...{ size: fc.integer({ min: 1, max: 4 }), stride: fc.integer({ min: 1, max: 3 }) },
    }),
  )
  .map((layer) => [layer, { kind: "flatten" }]);
const architectures: fc.Arbitrary<Architecture> = fc.record({
  input: fc.tuple(fc.integer({ min: 4, max: 12 }), fc.integer({ min: 1, max: 6 })),
  layers: fc.tuple(front, fc.array(dense, { maxLength: 2 })).map(([first, rest]) => [...first, ...rest]),
  output: fc.record({ kind: fc.constantFrom("linear", "logistic", "softmax"), units: fc.integer({ min: 2, max: 7 }) }),
});

test("the same bits: any model, batch 1, a last batch that is not full, more rows than there is room for", () => {
  fc.assert(
    fc.property(
      architectures,
      fc.integer({ min: 1, max: 300 }),
      fc.integer({ min: 1, max: 300 }),
      fc.string(),
      (architecture, rows, batchSize, seed) => {
        const [wasm, plain] = both(architecture);
        const random = new Random(seed);
        const start = normal(random, wasm.parameters, 0.5);
        const examples = examplesFor(architecture, rows, seed);
        const [one, two] = [start.slice(), start.slice()];
        const options = { epochs: 1, batchSize, learningRate: 0.01, momentum: 0.5, proximal: { mu: 0.5 } };
        expect(wasm.train(one, examples, options)).toEqual(plain.train(two, examples, options));
        sameBits(one, two);
        const direction = normal(random, wasm.outputs);
        const some = examples.rows.subarray(0, Math.min(rows, 20) * wasm.inputs);
        sameBits(wasm.predict(start, some), plain.predict(start, some));
        sameBits(wasm.scores(start, some), plain.scores(start, some));
        sameBits(wasm.inputGradient(start, some, direction), plain.inputGradient(start, some, direction));
        sameBits(wasm.gradient(start, examples).gradient, plain.gradient(start, examples).gradient);
        expect(wasm.evaluate(start, examples)).toEqual(plain.evaluate(start, examples));
      },
    ),
    { numRuns: 60 },
  );
});

describe("single operations, every remainder of the tiles", () => {
  const ROOM = 4000;
  type Operation = (kernels: TensorKernels, m: number, n: number, k: number) => void;
  const operations: readonly (readonly [string, Operation])[] = [
    ["multiply", (x, m, n, k) => x.multiply(m, n, k, 0, k, 1000, 2000)],
    ["multiply, overlapping windows", (x, m, n, k) => x.multiply(m, n, k, 0, 2, 1000, 2000)],
    ["multiplyTransposed", (x, m, n, k) => x.multiplyTransposed(m, n, k, 0, k, 1000, 2000)],
    ["multiplyTransposed, overlapping windows", (x, m, n, k) => x.multiplyTransposed(m, n, k, 0, 3, 1000, 2000)],
    ["transpose", (x, _, n, k) => x.transpose(k, n, 0, 2000)],
    ["repeatRow", (x, m, n) => x.repeatRow(m, n, 0, 2000)],
    ["addRows", (x, m, n) => x.addRows(m, n, 0, 2000)],
    ["addWindows", (x, m, n, k) => x.addWindows(m, k, n, 0, 2000)],
    ["relu", (x, m) => x.relu(m, 1)],
    ["reluBackward", (x, m) => x.reluBackward(m, 1, 2001)],
    ["addScaled", (x, m) => x.addScaled(m, -0.3, 1, 2001)],
    ["scaleAndAdd", (x, m) => x.scaleAndAdd(m, 0.9, 1, 2001)],
    ["pull", (x, m) => x.pull(m, 0.7, 1, 1001, 2001)],
  ];
  const values = normal(new Random("operations"), ROOM);
  // Numbers that a shortcut would get wrong.
  const odd = [0, -0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e-45, -1e-40, 3e38];
  const strange = values.map((x, i) => (i % 7 === 3 ? (odd[(i >> 3) % odd.length] as number) : x));
  const sizes = [1, 2, 3, 4, 5, 7, 8, 9, 12, 17];

  test.each(operations)("%s", (_, operation) => {
    for (const filling of [values, strange])
      for (const m of sizes)
        for (const n of sizes)
          for (const k of [1, 3, 4, 5, 8, 11]) {
            const [one, two] = [wasmKernels(nodeWasm), plainKernels()].map((kernels) => {
              kernels?.reserve(ROOM);
              kernels?.memory.set(filling);
              if (kernels !== undefined) operation(kernels, m, n, k);
              return kernels?.memory.subarray(0, ROOM) ?? [];
            });
            sameBits(one ?? [], two ?? []);
          }
  });
});

describe.each(engines)("what is refused in $name", (engine) => {
  const trainer = engine.open({ ...mlp, input: [5], layers: [] }) as Trainer;
  const weights = normal(new Random("refused"), trainer.parameters);
  const good = examplesFor({ ...mlp, input: [5] }, 4, "refused");
  const options = { epochs: 1, batchSize: 2, learningRate: 0.1 };
  const refused = expect.objectContaining({ code: "invalid_argument" });
  const floats = (length: number, change: Readonly<Record<number, number>> = {}) =>
    Float32Array.from({ length }, (_, i) => change[i] ?? 0);

  test.each([
    ["no rows", { rows: floats(0), labels: floats(0) }, {}],
    ["part of a row", { ...good, rows: floats(19) }, {}],
    ["a label too many", { ...good, labels: floats(5) }, {}],
    ["a class that is none", { ...good, labels: floats(4, { 2: 6 }) }, {}],
    ["a class that is not whole", { ...good, labels: floats(4, { 2: 0.5 }) }, {}],
    ["a label that is no number", { ...good, labels: floats(4, { 2: Number.NaN }) }, {}],
    ["an input that is no number", { ...good, rows: floats(20, { 19: Number.NaN }) }, {}],
    ["an infinite input", { ...good, rows: floats(20, { 0: Number.NEGATIVE_INFINITY }) }, {}],
    ["an absurd input", { ...good, rows: floats(20, { 7: 2e6 }) }, {}],
    ["no epochs", good, { epochs: 0 }],
    ["half an epoch", good, { epochs: 1.5 }],
    ["no batch", good, { batchSize: 0 }],
    ["no learning rate", good, { learningRate: 0 }],
    ["a learning rate that is no number", good, { learningRate: Number.NaN }],
    ["a momentum of 1", good, { momentum: 1 }],
    ["a negative pull", good, { proximal: { mu: -1 } }],
    ["an order too short", good, { order: Uint32Array.of(0, 1) }],
    ["an order of a row that is not there", good, { order: Uint32Array.of(0, 1, 2, 4) }],
  ])("%s", (_, examples, change) => {
    const before = weights.slice();
    expect(() => trainer.train(weights, examples, { ...options, ...change })).toThrow(refused);
    expect(weights).toEqual(before);
  });

  test("weights that are too few, or not finite", () => {
    for (const wrong of [weights.subarray(1), floats(36, { 3: Number.NaN }), floats(36, { 3: Infinity })]) {
      expect(() => trainer.train(wrong, good, options)).toThrow(refused);
      expect(() => trainer.gradient(wrong, good)).toThrow(refused);
      expect(() => trainer.predict(wrong, good.rows)).toThrow(refused);
      expect(() => trainer.evaluate(wrong, good)).toThrow(refused);
      expect(() => trainer.inputGradient(wrong, good.rows, floats(6))).toThrow(refused);
    }
    expect(() => trainer.inputGradient(weights, good.rows, floats(5))).toThrow(refused);
  });

  test("a computation that leaves the finite numbers, and nothing is changed by it", () => {
    const huge = floats(trainer.parameters).fill(3e38);
    const rows = floats(20).fill(1000);
    expect(() => trainer.predict(huge, rows)).toThrow(refused);
    expect(() => trainer.evaluate(huge, { ...good, rows })).toThrow(refused);
    const linear = engine.open({ input: [5], layers: [], output: { kind: "linear", units: 1 } }) as Trainer;
    const kept = floats(6).fill(1);
    const examples = { rows: floats(20).fill(1000), labels: floats(4) };
    expect(() => linear.train(kept, examples, { ...options, epochs: 50, learningRate: 1 })).toThrow(refused);
    expect(kept).toEqual(floats(6).fill(1));
  });

  test("predictions of no rows are none", () => {
    expect(trainer.predict(weights, floats(0))).toHaveLength(0);
    expect(trainer.scores(weights, floats(0))).toHaveLength(0);
    expect(trainer.inputGradient(weights, floats(0), floats(6))).toHaveLength(0);
  });

  test("large scores give probabilities, not NaN", () => {
    const row = Float32Array.of(1000, 0, 0, 0, 0);
    const steep = floats(trainer.parameters, { 0: 1000, 1: -1000 });
    expect([...trainer.predict(steep, row)]).toEqual([1, 0, 0, 0, 0, 0]);
    expect(trainer.evaluate(steep, { rows: row, labels: floats(1, { 0: 1 }) })).toEqual({
      rows: 1,
      loss: 2e6,
      correct: 0,
    });
  });
});

test("an order is a permutation for each epoch, the same for equal seeds", () => {
  const order = seededOrder(50, 3, Uint8Array.of(1));
  const epochs = [0, 1, 2].map((epoch) => [...order.subarray(50 * epoch, 50 * (epoch + 1))]);
  for (const epoch of epochs) expect([...epoch].sort((a, b) => a - b)).toEqual(Array.from({ length: 50 }, (_, i) => i));
  expect(epochs[0]).not.toEqual(epochs[1]);
  expect(seededOrder(50, 3, Uint8Array.of(1))).toEqual(order);
  expect(seededOrder(50, 3, Uint8Array.of(2))).not.toEqual(order);
  for (const [rows, count] of [
    [0, 1],
    [1, 0],
    [1.5, 1],
    [2 ** 20, 2 ** 20],
  ] as const)
    expect(() => seededOrder(rows, count, new Uint8Array(1))).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
});

test("orders are fair: each row is as often first", () => {
  const counts = new Array<number>(5).fill(0);
  const order = seededOrder(5, 5000, Uint8Array.of(7));
  for (let i = 0; i < order.length; i += 5) counts[order[i] as number] = (counts[order[i] as number] ?? 0) + 1;
  const chiSquared = counts.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
  // 4 degrees of freedom: above 23.5 with probability 1e-4, and the seed is fixed.
  expect(chiSquared).toBeLessThan(23.5);
});
