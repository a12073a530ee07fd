// Parameters, measurements and sizes: what is refused before anything is shared, and the published sizes.
import { inspect } from "node:util";
import { describe, expect, test } from "vitest";
import { field128 } from "../../../src/math/field/field128.ts";
import type { Circuit } from "../../../src/protocol/vdaf/circuit.ts";
import { histogramCircuit } from "../../../src/protocol/vdaf/circuits/histogram.ts";
import { sumVecCircuit } from "../../../src/protocol/vdaf/circuits/sum-vec.ts";
import { fieldOf } from "../../../src/protocol/vdaf/field-of.ts";
import { newPrio3 } from "../../../src/protocol/vdaf/new-prio3.ts";
import { algorithmIds, chooseChunkLength, type Prio3Parameters } from "../../../src/protocol/vdaf/parameters.ts";
import { BoundedInteger } from "../../../src/protocol/vdaf/range-check.ts";
import { shapeOf } from "../../../src/protocol/vdaf/shape.ts";
import { build, ctx, examples } from "./support.ts";

/** An array with holes at its end. */
const holed = (values: number[], length: number): number[] => Object.assign(values, { length });

test("algorithm ids are the registered ones", () => {
  expect(algorithmIds).toMatchObject({
    Prio3Count: 1,
    Prio3Sum: 2,
    Prio3SumVec: 3,
    Prio3Histogram: 4,
    Prio3MultihotCountVec: 5,
    Prio3L1BoundSum: 7,
  });
  for (const { parameters } of examples) {
    const prio3 = newPrio3(parameters);
    expect(prio3.id).toBe(algorithmIds[parameters.type]);
    expect(prio3.parameters).toBe(parameters);
    expect(prio3.field).toBe(fieldOf(parameters));
  }
});

test.each<[string, Prio3Parameters, readonly number[]]>([
  // leader share, helper share, verifier share, aggregate share: computed independently from the draft's formulas
  ["Count", { type: "Prio3Count" }, [48, 32, 32, 8]],
  ["Sum 65535", { type: "Prio3Sum", maxMeasurement: 65535 }, [640, 32, 24, 8]],
  ["Histogram 100", { type: "Prio3Histogram", length: 100, chunkLength: 10 }, [2448, 64, 384, 1600]],
  ["SumVec", { type: "Prio3SumVec", length: 1000, maxMeasurement: 1, chunkLength: 32 }, [19088, 64, 1088, 16000]],
  ["Multihot", { type: "Prio3MultihotCountVec", length: 100, maxWeight: 10, chunkLength: 10 }, [2512, 64, 384, 1600]],
  ["L1BoundSum", { type: "Prio3L1BoundSum", length: 24, maxValue: 1440, chunkLength: 17 }, [5984, 64, 608, 384]],
  [
    "Multiproof",
    { type: "Prio3SumVecField64Multiproof", length: 1000, maxMeasurement: 1, chunkLength: 32, proofs: 3 },
    [12616, 64, 1616, 8000],
  ],
])("sizes of %s", (_, parameters, wanted) => {
  const { sizes } = build(parameters);
  expect([sizes.leaderInputShare, sizes.helperInputShare, sizes.verifierShare, sizes.outputShare]).toEqual(wanted);
});

describe("chooseChunkLength", () => {
  test("known best chunks", () => {
    expect(chooseChunkLength({ type: "Prio3SumVec", length: 1000, maxMeasurement: 1 })).toBe(33);
    expect(chooseChunkLength({ type: "Prio3Histogram", length: 100 })).toBe(7);
    expect(chooseChunkLength({ type: "Prio3SumVec", length: 24, maxMeasurement: 1440 })).toBe(18);
    const proof = (chunk: number) =>
      shapeOf(sumVecCircuit(field128, 1000, 1, chunk) as never, { shares: 2, proofs: 1 }).proof;
    expect([proof(33), proof(32)]).toEqual([129, 191]);
    expect(chooseChunkLength({ type: "Prio3Count" })).toBe(1);
    expect(chooseChunkLength({ type: "Prio3Histogram", length: 1 })).toBe(1);
  });

  test("no chunk length gives a shorter proof", () => {
    for (let length = 1; length <= 60; length++) {
      const size = (chunkLength: number): number => {
        const circuit = histogramCircuit(field128, length, chunkLength) as Circuit<never, unknown>;
        return shapeOf(circuit, { shares: 2, proofs: 1 }).sizes.leaderInputShare;
      };
      const least = Math.min(...Array.from({ length }, (_, k) => size(k + 1)));
      expect(size(chooseChunkLength({ type: "Prio3Histogram", length })), `length ${length}`).toBe(least);
    }
  });
});

test("parameters out of range are refused", () => {
  const bad: readonly unknown[] = [
    { type: "Prio3Unknown" },
    { type: "toString" },
    { type: "Prio3Sum", maxMeasurement: 0 },
    { type: "Prio3Sum", maxMeasurement: 1.5 },
    { type: "Prio3Sum", maxMeasurement: 2 ** 53 },
    { type: "Prio3Histogram", length: 0, chunkLength: 1 },
    { type: "Prio3Histogram", length: 10, chunkLength: 0 },
    { type: "Prio3Histogram", length: 10, chunkLength: 2 ** 20 + 1 },
    { type: "Prio3Sum", maxMeasurement: 2n ** 53n - 1n },
    { type: "Prio3Sum", maxMeasurement: 2n ** 64n - 2n ** 32n + 1n },
    { type: "Prio3SumVec", length: 1, maxMeasurement: 2n ** 64n, chunkLength: 8 },
    { type: "Prio3Histogram", length: 2 ** 20 + 1, chunkLength: 1000 },
    { type: "Prio3SumVec", length: 2 ** 20, maxMeasurement: 3, chunkLength: 1000 },
    { type: "Prio3MultihotCountVec", length: 4, maxWeight: 5, chunkLength: 2 },
    { type: "Prio3L1BoundSum", length: 4, maxValue: -1, chunkLength: 2 },
    { type: "Prio3SumVecField64Multiproof", length: 4, maxMeasurement: 1, chunkLength: 2, proofs: 2 },
    { type: "Prio3SumVecField64Multiproof", length: 4, maxMeasurement: 1, chunkLength: 2, proofs: 256 },
  ];
  for (const parameters of bad)
    expect(() => newPrio3(parameters as Prio3Parameters), inspect(parameters)).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
});

/** Randomness that must not be looked at. */
const untouchable = new Proxy(new Uint8Array(0), {
  get: () => {
    throw new Error("randomness was used");
  },
});

test("measurements out of range are refused before any randomness is used, and the message does not quote them", () => {
  const bad: Record<Prio3Parameters["type"], readonly unknown[]> = {
    Prio3Count: [2, -1, 0.5, "1", null, undefined, []],
    Prio3Sum: [1338, -1, 4321.5, Number.NaN, "7", null, 10n],
    Prio3SumVec: [
      [1, 2, 3, 4],
      [1, 2, 3, 4, 101],
      [1, 2, 3, 4, -1],
      [1, 2, 3, 4, "5"],
      holed([1, 2, 3, 4], 5),
      "12345",
      null,
    ],
    Prio3Histogram: [11, -1, 0.5, "3", null, [3]],
    Prio3MultihotCountVec: [[1, 1, 1, 1, 0, 0], [true], [2, 0, 0, 0, 0, 0], holed([1, 0], 6), null],
    Prio3L1BoundSum: [[10, 10, 1, 0], [21, 0, 0, 0], [-1, 0, 0, 0], [1, 2, 3], null],
    Prio3SumVecField64Multiproof: [[8, 0, 0, 0], [0, 0, 0], null],
  };
  for (const { parameters } of examples) {
    const prio3 = build(parameters);
    for (const measurement of bad[parameters.type]) {
      const attempt = (): unknown => prio3.shard(ctx, measurement, untouchable, untouchable);
      expect(attempt, parameters.type).toThrow(expect.objectContaining({ code: "invalid_measurement" }));
      expect(attempt).not.toThrow("4321");
    }
  }
});

test("bounded integers: every value has bits, and only bits that decode to it", () => {
  for (const max of [1, 2, 3, 5, 8, 100, 255, 1337]) {
    const integer = new BoundedInteger(max);
    const plain = 2 ** (integer.bits - 1) - 1;
    const weights = Array.from({ length: integer.bits }, (_, k) => (k < integer.bits - 1 ? 2 ** k : max - plain));
    for (let value = 0; value <= max; value++) {
      const out = new Uint8Array(integer.bits);
      integer.encodeInto(out, 0, value);
      expect([...out].every((bit) => bit <= 1)).toBe(true);
      expect(out.reduce((sum, bit, k) => sum + bit * (weights[k] as number), 0)).toBe(value);
    }
    expect(weights.reduce((sum, weight) => sum + weight, 0)).toBe(max);
  }
});
