// Model files: plain TensorFlow.js loads them and predicts the same; we read back what we wrote, and nothing else.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromBase64Url, fromUtf8 } from "../../../../src/base/bytes.ts";
import { layoutOf } from "../../../../src/learning/plan/architecture.ts";
import {
  decodeModelFile,
  decodeModelFiles,
  encodeModelFile,
  encodeModelFiles,
  looksLikeModel,
  type ModelFile,
  newModelFile,
} from "../../../../src/learning/plan/model/file.ts";
import { plainEngine } from "../../../../src/math/tensor/trainer.ts";
import { nodeCrypto } from "../../../../src/platform/node/crypto.ts";
import { findTfjs } from "../../../../src/platform/tfjs/backend.ts";
import type { Architecture, Layer, Trainer } from "../../../../src/ports/training-engine.ts";
import { Random } from "../../../../src/simulate/random.ts";
import { normal } from "../../../math/tensor/models.ts";

const refused = expect.objectContaining({ code: "invalid_message" });
const softmax = { kind: "softmax", units: 3 } as const;
const conv: Layer = { kind: "conv1d", filters: 4, kernel: 3, stride: 2, padding: "same", activation: "relu" };
const models: readonly (readonly [string, Architecture])[] = [
  ["logistic", { input: [5], layers: [], output: { kind: "logistic", units: 1 } }],
  ["linear", { input: [5], layers: [], output: { kind: "linear", units: 2 } }],
  [
    "dense",
    {
      input: [7],
      layers: [
        { kind: "dense", units: 6, activation: "relu" },
        { kind: "dense", units: 4, activation: "tanh" },
        { kind: "dense", units: 4, activation: "sigmoid" },
      ],
      output: softmax,
    },
  ],
  [
    "convolutions and pools",
    {
      input: [24, 2],
      layers: [
        conv,
        { kind: "max-pool1d", size: 2, stride: 1 },
        { ...conv, stride: 1, padding: "valid", activation: "linear" },
        { kind: "average-pool1d", size: 3, stride: 2 },
        { kind: "flatten" },
        { kind: "dense", units: 5, activation: "tanh" },
      ],
      output: softmax,
    },
  ],
  ["a global pool", { input: [9, 2], layers: [conv, { kind: "global-average-pool1d" }], output: softmax }],
  ["flattened at once", { input: [3, 2], layers: [{ kind: "flatten" }], output: softmax }],
];

const made = (architecture: Architecture, seed = "model") => {
  const { parameters, inputs } = layoutOf(architecture);
  return newModelFile(
    nodeCrypto,
    {
      name: "test",
      title: "comes less next month",
      architecture,
      features:
        architecture.input.length > 1
          ? []
          : Array.from({ length: inputs }, (_, i) => ({ name: `f${i}`, title: `feature ${i} “quoted” – ü` })),
      label: null,
      outputs: Array.from({ length: architecture.output.units }, (_, i) => `class ${i}`),
      privacy: {
        ...({ unit: "member", neighbouring: "zero-out", trustMode: "two-aggregators" } as const),
        ...{
          rho: "150000000",
          epsilon: 3.9,
          delta: 1e-6,
          mechanism: "discrete Gaussian of σ² 1088100 by each aggregator",
        },
      },
      training: { run: "A".repeat(22), rounds: [{ task: "B".repeat(43), bundle: "C".repeat(43) }] },
      made: Date.UTC(2026, 10, 26),
    },
    normal(new Random(seed), parameters, 0.6),
  );
};
const mlp = models[2]?.[1] as Architecture;
const file = await made(mlp);
const found = await findTfjs();

describe.skipIf(!("tf" in found))("plain TensorFlow.js loads it and predicts the same to 1e-6", () => {
  const { tf } = found as Extract<typeof found, { tf: unknown }>;

  test.each(models)("%s", async (name, architecture) => {
    const model = await made(architecture, name);
    const trainer = plainEngine.open(architecture) as Trainer;
    const rows = normal(new Random(name), 8 * trainer.inputs);
    const own = trainer.predict(model.weights, rows);

    const files = encodeModelFiles(model);
    const fetched: string[] = [];
    const fetchFunc = async (path: RequestInfo | URL) => {
      const part = String(path).split("/").at(-1) as keyof typeof files;
      fetched.push(part);
      return new Response(files[part], { headers: { "content-type": "application/octet-stream" } });
    };
    const two = await tf.loadLayersModel(tf.io.http("http://models.test/m/model.json", { fetchFunc }));
    expect(fetched).toEqual(["model.json", "weights.bin"]);
    expect(two.getUserDefinedMetadata()).toEqual(model.card);

    const { weightData, weightsManifest, ...rest } = JSON.parse(encodeModelFile(model));
    const weightSpecs = weightsManifest[0].weights;
    const one = await tf.loadLayersModel(
      tf.io.fromMemory({ ...rest, weightSpecs, weightData: fromBase64Url(weightData).buffer }),
    );
    for (const loaded of [two, one]) {
      const predicted = loaded.predict(tf.tensor(rows, [8, ...architecture.input])) as InstanceType<typeof tf.Tensor>;
      const values = await predicted.data();
      expect(values).toHaveLength(own.length);
      for (const [i, value] of values.entries()) expect(Math.abs(value - (own[i] as number))).toBeLessThan(1e-6);
      loaded.dispose();
      predicted.dispose();
    }
  });
});

describe("what was written is read", () => {
  test.each(models)("%s", async (_, architecture) => {
    const model = await made(architecture);
    expect(await decodeModelFiles(nodeCrypto, encodeModelFiles(model))).toEqual(model);
    expect(await decodeModelFile(nodeCrypto, encodeModelFile(model))).toEqual(model);
    expect(looksLikeModel(encodeModelFile(model))).toBe(true);
    expect(looksLikeModel('{"paceline":"release bundle"}')).toBe(false);
  });
});

describe("what was not written so is refused", () => {
  const text = encodeModelFile(file);
  const json = fromUtf8(encodeModelFiles(file)["model.json"]);
  const bin = encodeModelFiles(file)["weights.bin"];
  const changed = (change: (model: ReturnType<typeof JSON.parse>) => void) => {
    const model = JSON.parse(text);
    change(model);
    return JSON.stringify(model);
  };

  test.each([
    ["nothing", ""],
    ["no JSON", text.slice(1)],
    ["another order of fields", JSON.stringify(JSON.parse(text), null, 1)],
    ["a further field", changed((model) => Object.assign(model, { trainingConfig: {} }))],
    ["a further field of the card", changed((model) => Object.assign(model.userDefinedMetadata, { more: 1 }))],
    [
      "another topology than the card's",
      changed((model) => (model.modelTopology.config.layers[0].config.activation = "tanh")),
    ],
    ["a layer that runs code", changed((model) => (model.modelTopology.config.layers[1].class_name = "Lambda"))],
    ["weights in another order", changed((model) => model.weightsManifest[0].weights.reverse())],
    ["an architecture that does not fit", changed((model) => (model.userDefinedMetadata.architecture.input = [8]))],
    ["a card without privacy", changed((model) => delete model.userDefinedMetadata.privacy)],
    ["weights that were changed", changed((model) => (model.weightData = `A${model.weightData.slice(1)}`))],
    ["weights that are cut", changed((model) => (model.weightData = model.weightData.slice(0, -8)))],
    ["no weights", changed((model) => delete model.weightData)],
  ])("%s", async (_, wrong) => {
    await expect(decodeModelFile(nodeCrypto, wrong)).rejects.toEqual(refused);
  });

  test("weights twice, none, too few, or others", async () => {
    await expect(decodeModelFile(nodeCrypto, text, bin)).rejects.toEqual(refused);
    await expect(decodeModelFile(nodeCrypto, json)).rejects.toEqual(refused);
    await expect(decodeModelFile(nodeCrypto, json, bin.subarray(4))).rejects.toEqual(refused);
    await expect(decodeModelFile(nodeCrypto, json, bin.subarray(1))).rejects.toEqual(refused);
    await expect(
      decodeModelFile(
        nodeCrypto,
        json,
        bin.map((byte, i) => (i === 9 ? byte ^ 1 : byte)),
      ),
    ).rejects.toEqual(refused);
  });

  test("any other text, by a typed error, unless it is the file of another card", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.nat({ max: text.length - 1 }),
        fc.oneof(fc.constantFrom(...'{}[]",:0-9a'), fc.string({ maxLength: 3 })),
        async (at, put) => {
          const wrong = text.slice(0, at) + put + text.slice(at + 1);
          fc.pre(wrong !== text);
          const read = await decodeModelFile(nodeCrypto, wrong).catch((error: unknown) => error);
          if (read instanceof Error) {
            expect(read).toEqual(refused);
            return;
          }
          // What the card says, titles and numbers, only signatures could hold together: `paceline verify` does.
          const { card, weights } = read as ModelFile;
          expect(encodeModelFile({ card, weights })).toBe(wrong);
          expect([card.architecture, card.weights, weights]).toEqual([
            file.card.architecture,
            file.card.weights,
            file.weights,
          ]);
        },
      ),
      { numRuns: 300 },
    );
  });

  test("a card that does not fit its model is not written", async () => {
    const { weights, card } = file;
    const { paceline: _, version: __, weights: ___, ...described } = card;
    const wrong = expect.objectContaining({ code: "manifest_refused" });
    const write = (change: Partial<typeof described>, w = weights) =>
      newModelFile(nodeCrypto, { ...described, ...change }, w);
    await expect(write({ outputs: ["one"] })).rejects.toEqual(wrong);
    await expect(write({ features: [] })).rejects.toEqual(wrong);
    await expect(write({}, weights.subarray(1))).rejects.toEqual(wrong);
    await expect(
      write(
        {},
        weights.map(() => Number.NaN),
      ),
    ).rejects.toEqual(wrong);
  });
});
