// The two models that engines are compared on, and rows for them.
import type { Architecture, Examples, Layer } from "../../src/ports/training-engine.ts";
import { Random } from "../../src/simulate/random.ts";

export const BATCH = 32;

export const mlp: Architecture = {
  input: [561],
  layers: [{ kind: "dense", units: 64, activation: "relu" }],
  output: { kind: "softmax", units: 6 },
};

const conv = (filters: number): Layer => ({
  ...{ kind: "conv1d", filters, kernel: 5, stride: 1, padding: "valid", activation: "relu" },
});
const half: Layer = { kind: "max-pool1d", size: 2, stride: 2 };

export const cnn: Architecture = {
  input: [128, 6],
  layers: [conv(32), half, conv(64), half, { kind: "flatten" }],
  output: { kind: "softmax", units: 6 },
};

export function examplesOf({ input }: Architecture, rows: number, seed: string): Examples {
  const random = new Random(seed);
  const inputs = input.reduce((product: number, size: number) => product * size, 1);
  return {
    rows: Float32Array.from({ length: rows * inputs }, () => random.normal()),
    labels: Float32Array.from({ length: rows }, () => random.below(6)),
  };
}
