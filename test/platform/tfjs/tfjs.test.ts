import { describe, expect, test, vi } from "vitest";
import { seededOrder } from "../../../src/math/tensor/order.ts";
import { plainEngine } from "../../../src/math/tensor/trainer.ts";
import { findTfjs } from "../../../src/platform/tfjs/backend.ts";
import { describeTfjs, loadTfjsEngine } from "../../../src/platform/tfjs/index.ts";
import type { Architecture, Trainer, TrainingEngine } from "../../../src/ports/training-engine.ts";
import { Random } from "../../../src/simulate/random.ts";
import { examplesFor, normal } from "../../math/tensor/models.ts";

const refused = expect.objectContaining({ code: "invalid_argument" });
const missing = Object.assign(new Error("Cannot find package"), { code: "ERR_MODULE_NOT_FOUND" });
const broken = (cause: unknown) => async () => {
  throw cause;
};
const found = await findTfjs();
const engine = await loadTfjsEngine();

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

const open = (by: TrainingEngine | undefined, architecture: Architecture) => by?.open(architecture) as Trainer;
const closeTo = (own: ArrayLike<number>, other: ArrayLike<number>, most = 1e-5) => {
  expect(own.length).toBe(other.length);
  for (let i = 0; i < own.length; i++) expect(Math.abs((own[i] as number) - (other[i] as number))).toBeLessThan(most);
};

describe.skipIf(engine === undefined)(
  `the engine (${"tf" in found ? found.backend : `left out: ${found.reason}`})`,
  () => {
    test("says what it runs on", async () => {
      expect(engine?.name).toBe(`tfjs-${(await describeTfjs()).backend}`);
      expect(await describeTfjs()).toEqual({ available: true, backend: expect.stringMatching(/^(cpu|tensorflow)$/) });
    });

    test.each([
      ["logistic", logistic],
      ["dense", dense],
      ["linear", linear],
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

    test("keeps no tensor", () => {
      if (!("tf" in found)) return;
      const before = found.tf.memory().numTensors;
      const trainer = open(engine, dense);
      const weights = normal(new Random("tensors"), trainer.parameters);
      const examples = examplesFor(dense, 5, "tensors");
      const options = { epochs: 1, batchSize: 2, learningRate: 0.1, momentum: 0.5, proximal: { mu: 1 } };
      for (let i = 0; i < 20; i++) {
        trainer.train(weights, examples, options);
        trainer.gradient(weights, examples);
        trainer.predict(weights, examples.rows);
      }
      expect(() => trainer.train(weights, examples, { ...options, learningRate: 1e6, epochs: 50 })).toThrow(refused);
      expect(found.tf.memory().numTensors).toBe(before);
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
      open(await loadTfjsEngine(), logistic).predict(new Float32Array(13), new Float32Array(12));
      expect(warn).not.toHaveBeenCalled();
      warn.mockRestore();
    });
  },
);

describe("where it is not installed", () => {
  test("there is no engine, and the reason names every package that was tried", async () => {
    const sources = [
      { name: "native", load: broken(new Error("the addon is not there\nand a long story")) },
      { name: "portable", load: broken(missing) },
    ];
    expect(await loadTfjsEngine(sources)).toBeUndefined();
    expect(await describeTfjs(sources)).toEqual({
      available: false,
      reason: "native: the addon is not there; portable: not installed",
    });
  });

  test("something that is no TensorFlow.js is none", async () => {
    for (const module of [{}, { default: {} }, undefined])
      expect((await describeTfjs([{ name: "other", load: async () => module }])).available).toBe(false);
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
      { name: "native", load: broken(missing) },
      { name: "portable", load: async () => ({ default: working("cpu") }), backend: "cpu" },
      { name: "never", load: broken(new Error("was asked")) },
    ];
    expect(await describeTfjs(sources)).toEqual({ available: true, backend: "cpu" });
  });
});
