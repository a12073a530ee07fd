import { describe, expect, test } from "vitest";
import { initialWeights } from "../../../src/learning/plan/weights.ts";
import { plainEngine } from "../../../src/math/tensor/trainer.ts";
import type { Architecture, Examples } from "../../../src/ports/training-engine.ts";
import { Random } from "../../../src/simulate/random.ts";
import { type InversionOptions, invertUpdates } from "../../../src/simulate/training/inversion.ts";

const random = new Random("inversion");
const example = (inputs = 20): Examples => ({
  rows: Float32Array.from({ length: inputs }, () => random.normal()),
  labels: Float32Array.of(random.below(3)),
});
const linear: Architecture = { input: [20], layers: [], output: { kind: "softmax", units: 3 } };
const hidden: Architecture = { ...linear, layers: [{ kind: "dense", units: 12, activation: "relu" }] };

const options = (architecture: Architecture, more: Partial<InversionOptions> = {}): InversionOptions => ({
  architecture,
  weights: initialWeights(architecture, Uint8Array.of(5)),
  ...{ learningRate: 0.1, clip: 1, member: example(), others: [], noiseSd: 0, seed: "s" },
  ...more,
});

describe.each([
  ["a linear model", linear],
  ["a hidden layer", hidden],
])("%s", (_, architecture) => {
  test("gives one example away in one update, clipped or not", () => {
    for (const clip of [100, 0.01]) {
      const { alone, summed, noised } = invertUpdates(plainEngine, options(architecture, { clip }));
      expect(alone.cosine).toBeGreaterThan(0.9999);
      expect(alone.error).toBeLessThan(0.01);
      expect(summed).toEqual(alone);
      expect(noised).toEqual(alone);
    }
  });

  test("gives less away in a sum, and next to nothing in a noised one", () => {
    const trials = Array.from({ length: 20 }, (__, i) =>
      invertUpdates(
        plainEngine,
        options(architecture, { others: Array.from({ length: 50 }, () => example()), noiseSd: 2, seed: `${i}` }),
      ),
    );
    const mean = (of: (lab: (typeof trials)[number]) => number) =>
      trials.reduce((sum, lab) => sum + Math.abs(of(lab)), 0) / trials.length;
    expect(mean(({ alone }) => alone.cosine)).toBeGreaterThan(0.9999);
    expect(mean(({ summed }) => summed.cosine)).toBeLessThan(0.6);
    // 20 numbers at random: a cosine of 0.18 on average
    expect(mean(({ noised }) => noised.cosine)).toBeLessThan(0.3);
  });
});

test("is about dense first layers and single examples", () => {
  const sequence: Architecture = {
    input: [10, 2],
    layers: [
      { kind: "conv1d", filters: 2, kernel: 3, stride: 1, padding: "valid", activation: "relu" },
      { kind: "flatten" },
    ],
    output: { kind: "softmax", units: 3 },
  };
  const refused = expect.objectContaining({ code: "invalid_argument" });
  expect(() => invertUpdates(plainEngine, options(sequence))).toThrow(refused);
  const two = { rows: new Float32Array(40), labels: new Float32Array(2) };
  expect(() => invertUpdates(plainEngine, options(linear, { member: two }))).toThrow(refused);
});
