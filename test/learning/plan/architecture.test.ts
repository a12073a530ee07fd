import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as z from "../../../src/base/schema.ts";
import {
  type Architecture,
  architectureSchema,
  checkArchitecture,
  checkedWork,
  type Layer,
  LIMITS,
} from "../../../src/learning/plan/architecture.ts";

const refused = expect.objectContaining({ code: "manifest_refused" });
const dense = (units: number): Layer => ({ kind: "dense", units, activation: "relu" });
const conv = (filters: number, kernel: number, more: Partial<Extract<Layer, { kind: "conv1d" }>> = {}): Layer => ({
  ...{ kind: "conv1d", filters, kernel, stride: 1, padding: "valid", activation: "relu" },
  ...more,
});
const softmax = { kind: "softmax", units: 6 } as const;
const cnn: Architecture = {
  input: [128, 6],
  layers: [
    conv(32, 5),
    { kind: "max-pool1d", size: 2, stride: 2 },
    conv(64, 5),
    { kind: "global-average-pool1d" },
    dense(64),
  ],
  output: softmax,
};

describe("layers that fit", () => {
  test("shapes, offsets and sizes of a convolutional model", () => {
    const { layers, tensors, parameters, inputs, flops } = checkArchitecture(cnn);
    expect(layers.map(({ output }) => output)).toEqual([[124, 32], [62, 32], [58, 64], [64], [64], [6]]);
    expect(tensors.map(({ name, shape, offset }) => [name, shape, offset])).toEqual([
      ["layer0/kernel", [5, 6, 32], 0],
      ["layer0/bias", [32], 960],
      ["layer2/kernel", [5, 32, 64], 992],
      ["layer2/bias", [64], 11_232],
      ["layer4/kernel", [64, 64], 11_296],
      ["layer4/bias", [64], 15_392],
      ["output/kernel", [64, 6], 15_456],
      ["output/bias", [6], 15_840],
    ]);
    expect(parameters).toBe(15_846);
    expect(inputs).toBe(768);
    expect(flops).toBeGreaterThan(2 * (124 * 30 * 32 + 58 * 160 * 64));
  });

  test("windows with padding and stride, as TensorFlow counts them", () => {
    const shape = (layer: Layer) =>
      checkArchitecture({ input: [11, 2], layers: [layer, { kind: "flatten" }], output: softmax }).layers[0]?.output;
    expect(shape(conv(2, 3, { padding: "same" }))).toEqual([11, 2]);
    expect(shape(conv(2, 3, { padding: "same", stride: 4 }))).toEqual([3, 2]);
    expect(shape(conv(2, 3, { stride: 4 }))).toEqual([3, 2]);
    expect(shape(conv(2, 4, { stride: 4 }))).toEqual([2, 2]);
    expect(shape({ kind: "average-pool1d", size: 3, stride: 2 })).toEqual([5, 2]);
  });

  test.each<[string, Architecture]>([
    ["a dense layer on steps", { input: [8, 2], layers: [dense(4)], output: softmax }],
    ["a convolution on features", { input: [8], layers: [conv(2, 2)], output: softmax }],
    ["a window larger than its input", { input: [4, 2], layers: [conv(2, 5), { kind: "flatten" }], output: softmax }],
    ["one class", { input: [4], layers: [], output: { kind: "softmax", units: 1 } }],
    ["steps that nothing flattens", { input: [8, 2], layers: [conv(2, 2)], output: softmax }],
  ])("%s is refused", (_, architecture) => {
    expect(() => checkArchitecture(architecture)).toThrow(refused);
  });
});

describe("what a hostile server would send", () => {
  test.each<[string, Architecture]>([
    ["a wide layer of bins in front", { input: [43], layers: [dense(256), dense(43)], output: softmax }],
    ["one after a layer that copies", { input: [43], layers: [dense(43), dense(44)], output: softmax }],
    ["one after a narrow layer", { input: [43], layers: [dense(8), dense(9)], output: softmax }],
    [
      "one after convolutions that copy",
      { input: [32, 2], layers: [conv(8, 1), { kind: "flatten" }, dense(65)], output: softmax },
    ],
    [
      "a convolution as wide as its input",
      { input: [9, 2], layers: [conv(64, 9), { kind: "flatten" }], output: softmax },
    ],
    ["a model of too many parameters", { input: [4096], layers: [dense(512)], output: softmax }],
    ["rows of too many numbers", { input: [4096, 4096], layers: [{ kind: "flatten" }], output: softmax }],
  ])("%s is refused", (_, architecture) => {
    expect(() => checkArchitecture(architecture)).toThrow(refused);
  });

  test("the same models as narrow as they may be pass", () => {
    for (const architecture of [
      { input: [43], layers: [dense(43), dense(43)], output: softmax },
      { input: [561], layers: [dense(64)], output: softmax },
      { input: [32, 2], layers: [conv(8, 1), { kind: "flatten" }, dense(64)], output: softmax },
    ] satisfies Architecture[])
      expect(() => checkArchitecture(architecture)).not.toThrow();
  });

  test("more work than a device does", () => {
    const layout = checkArchitecture(cnn);
    expect(checkedWork(layout, 100, 2)).toBe(600 * layout.flops);
    expect(() => checkedWork(layout, 1e6, 100)).toThrow(refused);
    expect(() => checkedWork(layout, Number.NaN, 1)).toThrow(refused);
  });
});

describe("the schema", () => {
  const good = (value: unknown) => z.safeParse(architectureSchema, value).success;

  test("takes what is on the list and nothing else", () => {
    expect(good(cnn)).toBe(true);
    for (const layer of [
      { kind: "lambda", code: "rows" },
      { ...dense(4), kind: "embedding" },
      { ...dense(4), activation: "gaussian" },
      { ...dense(4), extra: 1 },
      { ...dense(0) },
      { ...dense(1.5) },
      { ...dense(LIMITS.units + 1) },
      { kind: "dense", units: 4 },
      conv(2, 0),
      { ...conv(2, 2), padding: "causal" },
    ])
      expect(good({ ...cnn, layers: [layer] })).toBe(false);
    expect(good({ ...cnn, input: [1, 2, 3] })).toBe(false);
    expect(good({ ...cnn, output: { kind: "softmax" } })).toBe(false);
    expect(good({ ...cnn, layers: Array.from({ length: LIMITS.layers + 1 }, () => dense(4)) })).toBe(false);
  });

  test("whatever passes it is laid out or refused, and nothing else happens", () => {
    const size = fc.integer({ min: 1, max: 40 });
    const activation = fc.constantFrom("linear", "relu", "tanh", "sigmoid");
    const layer = fc.oneof(
      fc.record({ kind: fc.constant("dense"), units: size, activation }),
      fc.record({
        ...{ kind: fc.constant("conv1d"), filters: size, kernel: size, stride: size },
        ...{ padding: fc.constantFrom("valid", "same"), activation },
      }),
      fc.record({ kind: fc.constantFrom("max-pool1d", "average-pool1d"), size, stride: size }),
      fc.record({ kind: fc.constantFrom("global-average-pool1d", "flatten") }),
    );
    const architecture = fc.record({
      input: fc.oneof(fc.tuple(size), fc.tuple(size, size)),
      layers: fc.array(layer, { maxLength: 5 }),
      output: fc.record({ kind: fc.constantFrom("linear", "logistic", "softmax"), units: size }),
    });
    fc.assert(
      fc.property(architecture, (value) => {
        const parsed = z.safeParse(architectureSchema, value);
        if (!parsed.success) throw new Error("the schema takes it");
        try {
          const { parameters, tensors } = checkArchitecture(parsed.data);
          expect(parameters).toBe(tensors.reduce((sum, { length }) => sum + length, 0));
        } catch (error) {
          expect(error).toEqual(refused);
        }
      }),
      { numRuns: 500 },
    );
  });
});
