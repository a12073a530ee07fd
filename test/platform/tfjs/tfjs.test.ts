import { beforeAll, describe, expect, test, vi } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { initialWeights } from "../../../src/learning/plan/weights.ts";
import { seededOrder } from "../../../src/math/tensor/order.ts";
import { plainEngine } from "../../../src/math/tensor/trainer.ts";
import { findTfjs, tfjsSources } from "../../../src/platform/tfjs/backend.ts";
import { tfjsEngine } from "../../../src/platform/tfjs/engine.ts";
import { describeTfjs, loadTfjsEngine } from "../../../src/platform/tfjs/index.ts";
import type { Architecture, Layer, Trainer, TrainingEngine } from "../../../src/ports/training-engine.ts";
import { Random } from "../../../src/simulate/random.ts";
import { cnn, examplesFor, mlp, normal } from "../../math/tensor/models.ts";

const refused = expect.objectContaining({ code: "invalid_argument" });
const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
const broken = (cause: unknown) => async () => {
  throw cause;
};
/** Every backend that is here, and why the others are not. */
const tried = await Promise.all(
  tfjsSources.map(async ({ name, ...source }) => [name, await findTfjs([{ name, ...source }])] as const),
);
const backends = tried.flatMap(([, found]) => ("tf" in found ? [found] : []));
for (const [name, found] of tried)
  if ("reason" in found) process.stderr.write(`tfjs.test: left out ${name}: ${found.reason}\n`);

const logistic: Architecture = { input: [12], layers: [], output: { kind: "logistic", units: 1 } };
const dense: Architecture = {
  input: [9],
  layers: [
    { kind: "dense", units: 8, activation: "relu" },
    { kind: "dense", units: 5, activation: "tanh" },
    { kind: "dense", units: 4, activation: "sigmoid" },
  ],
  output: { kind: "softmax", units: 3 },
};
const linear: Architecture = { input: [5], layers: [], output: { kind: "linear", units: 2 } };

const conv = (change: Partial<Extract<Layer, { kind: "conv1d" }>>): Architecture => ({
  input: [11, 2],
  layers: [
    { kind: "conv1d", filters: 4, kernel: 3, stride: 1, padding: "valid", activation: "tanh", ...change },
    { kind: "flatten" },
  ],
  output: { kind: "softmax", units: 3 },
});
const pooled = (layer: Layer): Architecture => {
  const { layers, ...rest } = conv({});
  return { ...rest, layers: [layers[0] as Layer, layer, { kind: "flatten" }] };
};

const open = (by: TrainingEngine | undefined, architecture: Architecture) => by?.open(architecture) as Trainer;
const closeTo = (own: ArrayLike<number>, other: ArrayLike<number>, most = 1e-5) => {
  expect(own.length).toBe(other.length);
  for (let i = 0; i < own.length; i++) expect(Math.abs((own[i] as number) - (other[i] as number))).toBeLessThan(most);
};

test("the engine says what it runs on", async () => {
  const said = await describeTfjs();
  expect((await loadTfjsEngine())?.name).toBe(`tfjs-${said.backend}`);
  expect(said).toEqual({ available: true, backend: backends[0]?.backend, passedOver: expect.any(Array) });
});

describe.each(backends)("on $backend", ({ tf, backend }) => {
  const engine = tfjsEngine(tf, backend);
  beforeAll(async () => {
    await tf.setBackend(backend);
  });

  test.each([
    ["logistic", logistic],
    ["dense", dense],
    ["linear", linear],
    ["conv1d", conv({})],
    ["conv1d with padding", conv({ padding: "same", kernel: 4 })],
    ["conv1d with strides", conv({ stride: 2 })],
    ["conv1d with both", conv({ stride: 3, padding: "same", activation: "relu" })],
    ["max pool", pooled({ kind: "max-pool1d", size: 2, stride: 2 })],
    ["max pool, overlapping", pooled({ kind: "max-pool1d", size: 3, stride: 2 })],
    ["average pool", pooled({ kind: "average-pool1d", size: 3, stride: 2 })],
    ["global average pool", pooled({ kind: "global-average-pool1d" })],
  ])("agrees with the plain engine to 1e-5: %s", (name, architecture) => {
    const [own, other] = [open(plainEngine, architecture), open(engine, architecture)];
    const random = new Random(name);
    const weights = normal(random, own.parameters, 0.5);
    const examples = examplesFor(architecture, 40, name);
    closeTo(own.gradient(weights, examples).gradient, other.gradient(weights, examples).gradient);
    closeTo(own.predict(weights, examples.rows), other.predict(weights, examples.rows));
    closeTo(own.scores(weights, examples.rows), other.scores(weights, examples.rows));
    const direction = normal(random, own.outputs);
    closeTo(
      own.inputGradient(weights, examples.rows, direction),
      other.inputGradient(weights, examples.rows, direction),
    );
    const [ours, theirs] = [own.evaluate(weights, examples), other.evaluate(weights, examples)];
    expect(theirs).toEqual({ ...ours, loss: expect.closeTo(ours.loss, 5) });
    const [one, two] = [weights.slice(), weights.slice()];
    const order = seededOrder(40, 3, new Uint8Array(1));
    const options = { epochs: 3, batchSize: 16, learningRate: 0.05, momentum: 0.8, proximal: { mu: 0.3 }, order };
    const trained = own.train(one, examples, options);
    expect(other.train(two, examples, options)).toEqual({ steps: 9, loss: expect.closeTo(trained.loss, 5) });
    closeTo(one, two);
  });

  // The CPU backend takes seconds for a step of the convolutional model.
  test.skipIf(backend === "cpu").each([
    ["the MLP, 100 steps", mlp, 100],
    ["the convolutional model, 5 steps", cnn, 5],
  ])("the same losses to 1e-5: %s", (name, architecture, steps) => {
    const [own, other] = [open(plainEngine, architecture), open(engine, architecture)];
    const examples = examplesFor(architecture, 32 * Math.min(steps, 20), name);
    const [one, two] = [0, 1].map(() => initialWeights(architecture, utf8(name))) as [Float32Array, Float32Array];
    const options = { epochs: 1, batchSize: 32, learningRate: 0.02 };
    for (let taken = 0; taken < steps; taken += Math.min(steps, 20)) {
      const { loss } = own.train(one, examples, options);
      expect(Math.abs(other.train(two, examples, options).loss - loss)).toBeLessThan(1e-5);
    }
    closeTo(one, two);
  });

  test("keeps no tensor", () => {
    const before = tf.memory().numTensors;
    const trainer = open(engine, dense);
    const weights = normal(new Random("tensors"), trainer.parameters);
    const examples = examplesFor(dense, 5, "tensors");
    const options = { epochs: 1, batchSize: 2, learningRate: 0.1, momentum: 0.5, proximal: { mu: 1 } };
    for (let i = 0; i < 5; i++) {
      trainer.train(weights, examples, options);
      trainer.gradient(weights, examples);
      trainer.predict(weights, examples.rows);
    }
    expect(() => trainer.train(weights, examples, { ...options, learningRate: 1e6, epochs: 50 })).toThrow(refused);
    expect(tf.memory().numTensors).toBe(before);
  });

  test.each([
    ["no rows", [], []],
    ["a row too wide", [1, 2, 3], [1]],
    ["a label too few", [1, 2], []],
    ["a number that is none", [1, Number.NaN], [1]],
  ])("refuses %s", (_, rows, labels) => {
    const trainer = open(engine, { ...logistic, input: [2] });
    const examples = { rows: Float32Array.from(rows), labels: Float32Array.from(labels) };
    expect(() => trainer.gradient(new Float32Array(3), examples)).toThrow(refused);
  });

  test("prints nothing", async () => {
    const warn = vi.spyOn(console, "warn").mockImplementation(() => undefined);
    open(engine, logistic).predict(new Float32Array(13), new Float32Array(12));
    expect(warn).not.toHaveBeenCalled();
    warn.mockRestore();
  });
});

describe("where it is not installed", () => {
  test("there is no engine, and the reason names every package that was tried", async () => {
    const sources = [
      { name: "native", load: broken(new Error("the addon is not there\nand a long story")), backend: "tensorflow" },
      { name: "portable", load: broken(missing), backend: "cpu" },
    ];
    expect(await loadTfjsEngine(sources)).toBeUndefined();
    expect(await describeTfjs(sources)).toEqual({
      available: false,
      reason: "native: the addon is not there; portable: not installed",
    });
  });

  test("something that is no TensorFlow.js is none", async () => {
    for (const module of [{}, { default: {} }, undefined])
      expect((await describeTfjs([{ name: "other", load: async () => module, backend: "cpu" }])).available).toBe(false);
  });

  test("a backend that does not start is passed over", async () => {
    const tf = { enableProdMode: () => undefined, setBackend: async () => false };
    expect(await describeTfjs([{ name: "portable", load: async () => tf, backend: "cpu" }])).toEqual({
      available: false,
      reason: "portable: no cpu backend",
    });
  });

  test("the first package that works is taken", async () => {
    const working = (backend: string) => ({
      enableProdMode: () => undefined,
      setBackend: async () => true,
      ready: async () => undefined,
      getBackend: () => backend,
    });
    const sources = [
      { name: "native", load: broken(missing), backend: "tensorflow" },
      { name: "portable", load: async () => ({ default: working("cpu") }), backend: "cpu" },
      { name: "never", load: broken(new Error("was asked")), backend: "cpu" },
    ];
    expect(await describeTfjs(sources)).toEqual({
      available: true,
      backend: "cpu",
      passedOver: ["native: not installed"],
    });
  });
});
