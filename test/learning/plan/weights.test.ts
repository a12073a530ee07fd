import { describe, expect, test } from "vitest";
import { toHex, utf8 } from "../../../src/base/bytes.ts";
import { type Architecture, layoutOf } from "../../../src/learning/plan/architecture.ts";
import {
  checkModelWeights,
  hashWeights,
  initialWeights,
  weightsBytes,
  weightsFromBytes,
} from "../../../src/learning/plan/weights.ts";
import { nodeCrypto } from "../../../src/platform/node/crypto.ts";

const refused = expect.objectContaining({ code: "manifest_refused" });
const mlp: Architecture = {
  input: [43],
  layers: [
    { kind: "dense", units: 32, activation: "relu" },
    { kind: "dense", units: 16, activation: "tanh" },
  ],
  output: { kind: "softmax", units: 6 },
};
const layout = layoutOf(mlp);
const weights = initialWeights(mlp, utf8("seed"));
const part = (name: string) => {
  const { offset, length } = layout.tensors.find((tensor) => tensor.name === name) ?? { offset: 0, length: 0 };
  return weights.subarray(offset, offset + length);
};

describe("initial weights", () => {
  test("are the same wherever they are made", async () => {
    expect(toHex(await hashWeights(nodeCrypto, weights))).toBe(
      "767ad3d062bed7067388aaf7c6c4ade3c44d3881e4fe206bb871c6a5f3fd8734",
    );
    expect(initialWeights(mlp, utf8("seed"))).toEqual(weights);
    expect(initialWeights(mlp, utf8("sees"))).not.toEqual(weights);
  });

  test.each([
    ["layer0/kernel", Math.sqrt(6 / 43)],
    ["layer1/kernel", Math.sqrt(6 / (32 + 16))],
    ["output/kernel", Math.sqrt(6 / (16 + 6))],
  ])("%s is uniform within its bound", (name, bound) => {
    const values = part(name);
    const most = values.reduce((largest, x) => Math.max(largest, Math.abs(x)), 0);
    expect(most).toBeLessThanOrEqual(bound);
    expect(most).toBeGreaterThan(0.95 * bound);
    const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan((4 * bound) / Math.sqrt(3 * values.length));
    const variance = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    expect(variance / (bound ** 2 / 3)).toBeGreaterThan(0.7);
    expect(variance / (bound ** 2 / 3)).toBeLessThan(1.3);
  });

  test("biases are 0, and so is a model of one layer", () => {
    for (const name of ["layer0/bias", "layer1/bias", "output/bias"])
      expect([...part(name)].every((bias) => bias === 0)).toBe(true);
    expect(initialWeights({ ...mlp, layers: [] }, utf8("x"))).toEqual(new Float32Array(44 * 6));
  });

  test("travel as bytes", () => {
    expect(weightsFromBytes(weightsBytes(weights))).toEqual(weights);
    expect([...weightsBytes(Float32Array.of(1))]).toEqual([0, 0, 0x80, 0x3f]);
    expect(() => weightsFromBytes(new Uint8Array(7))).toThrow(expect.objectContaining({ code: "invalid_message" }));
  });
});

describe("weights that a device is sent", () => {
  const changed = (change: (weights: Float32Array) => void) => {
    const copy = weights.slice();
    change(copy);
    return copy;
  };

  test("honest ones pass", () => {
    expect(() => checkModelWeights(layout, weights)).not.toThrow();
    expect(() => checkModelWeights(layout, new Float32Array(layout.parameters))).not.toThrow();
  });

  test.each([
    ["one too few", weights.subarray(1)],
    ["a NaN", changed((w) => w.fill(Number.NaN, 7, 8))],
    ["an infinity", changed((w) => w.fill(Number.POSITIVE_INFINITY, 7, 8))],
    ["one that is absurd", changed((w) => w.fill(1e5, 7, 8))],
    [
      "bins of one quantity",
      changed((w) => {
        for (let i = 0; i < 43; i++) for (let u = 0; u < 32; u++) w[i * 32 + u] = Math.sin(i) * (u % 2 ? 1 : -3);
        for (let u = 0; u < 32; u++) w[43 * 32 + u] = -u / 32;
      }),
    ],
    [
      "bins behind a hidden layer, a little disguised",
      changed((w) => {
        const { offset } = layout.tensors[2] ?? { offset: 0 };
        for (let i = 0; i < 32; i++)
          for (let u = 0; u < 16; u++) w[offset + i * 16 + u] = 1 + 0.01 * Math.sin(i * 7 + u);
      }),
    ],
  ])("%s is refused", (_, sent) => {
    expect(() => checkModelWeights(layout, sent)).toThrow(refused);
  });
});
