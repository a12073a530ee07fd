import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeHistogram, nullHistogram } from "../../src/contribution/encode.ts";
import { encodeVector } from "../../src/contribution/vector.ts";
import {
  columnsOf,
  type Encoder,
  type HistogramEncoder,
  type LinearMap,
  largestPerReport,
  sensitivityOf,
  standardMap,
  type VectorEncoder,
} from "../../src/task/encoder.ts";

/** The matrix product, spelled out. */
function mapped(map: LinearMap, vector: readonly number[]): number[] {
  return map.rows.map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (vector[row[i] as number] as number);
    return sum;
  });
}
const l1 = (x: readonly number[]) => x.reduce((sum, v) => sum + Math.abs(v), 0);
const l2Squared = (x: readonly number[]) => x.reduce((sum, v) => sum + v * v, 0);

const histogram: HistogramEncoder = {
  kind: "histogram",
  group: { attribute: "ageBand", values: ["young", "old"] },
  edges: [0, 1, 2, 3],
};

/** Every contribution a device can make: each value that matters, in each group and in none. */
function contributions(encoder: HistogramEncoder): readonly (readonly number[])[] {
  const values = [undefined, Number.NaN, -5, ...encoder.edges.flatMap((edge) => [edge - 0.5, edge, edge + 0.5]), 1e9];
  const profiles = [{}, { ageBand: "young" }, { ageBand: "old" }, { ageBand: "other" }];
  return values.flatMap((value) => profiles.map((profile) => encodeHistogram(encoder, value, profile).vector));
}

/** Random maps that drop the null column. */
const maps = (encoder: Encoder): fc.Arbitrary<LinearMap> => {
  const columns = columnsOf(encoder);
  const row = fc
    .uniqueArray(fc.integer({ min: 0, max: columns - 2 }), { maxLength: columns - 1 })
    .chain((places) =>
      fc
        .array(fc.integer({ min: -4, max: 4 }), { minLength: places.length, maxLength: places.length })
        .map((coefficients) => [...places].sort((a, b) => a - b).flatMap((place, i) => [place, coefficients[i] ?? 0])),
    );
  return fc.array(row, { minLength: 1, maxLength: 6 }).map((rows) => ({ columns, rows }));
};

describe("histograms", () => {
  test("no contribution moves the mapped sum by more than what is proved, and one reaches it", () => {
    const all = contributions(histogram);
    fc.assert(
      fc.property(maps(histogram), (map) => {
        const proved = sensitivityOf(histogram, map);
        const images = all.map((vector) => mapped(map, vector));
        expect(BigInt(Math.max(...images.map(l1)))).toBe(proved.l1);
        expect(BigInt(Math.max(...images.map(l2Squared)))).toBe(proved.l2Squared);
      }),
      { numRuns: 300, seed: 3 },
    );
  });

  test("the standard map costs one, whatever the number of groups, and sends null to 0", () => {
    const map = standardMap(histogram);
    expect(sensitivityOf(histogram, map)).toEqual({ l1: 1n, l2Squared: 1n });
    expect(mapped(map, nullHistogram(histogram).vector)).toEqual(new Array(6).fill(0));
    expect(largestPerReport(histogram, map)).toBe(1n);
  });

  test("nested histograms cost their depth", () => {
    const flat: HistogramEncoder = { ...histogram, group: null, edges: [0, 1, 2, 3, 4] };
    const rows = [
      [0, 1, 1, 1, 2, 1, 3, 1],
      [0, 1, 1, 1],
      [2, 1, 3, 1],
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 1],
    ];
    expect(sensitivityOf(flat, { columns: 5, rows })).toEqual({ l1: 3n, l2Squared: 3n });
  });

  test("coefficients beyond 2^53 in their square are exact", () => {
    const big = 3_000_000_019;
    const map = { columns: 7, rows: [[0, big]] };
    expect(sensitivityOf(histogram, map).l2Squared).toBe(BigInt(big) ** 2n);
  });

  test.each<[string, LinearMap]>([
    ["null column", { columns: 7, rows: [[6, 1]] }],
    [
      "null column",
      {
        columns: 7,
        rows: [
          [0, 1],
          [0, 1, 6, -1],
        ],
      },
    ],
    ["columns, the encoder", { columns: 6, rows: [[0, 1]] }],
    ["columns, the encoder", { columns: 8, rows: [[0, 1]] }],
    ["pairs", { columns: 7, rows: [[0, 1, 2]] }],
    ["ascend", { columns: 7, rows: [[1, 1, 0, 1]] }],
    ["ascend", { columns: 7, rows: [[1, 1, 1, 1]] }],
    ["ascend", { columns: 7, rows: [[7, 1]] }],
    ["ascend", { columns: 7, rows: [[-1, 1]] }],
  ])("a map is refused: %s", (why, map) => {
    expect(() => sensitivityOf(histogram, map)).toThrow(expect.objectContaining({ code: "invalid_query" }));
    expect(() => sensitivityOf(histogram, map)).toThrow(why);
  });

  test("edges that do not ascend and groups named twice are refused", () => {
    for (const edges of [
      [0, 0],
      [1, 0],
      [0, 2, 1],
    ]) {
      const encoder: HistogramEncoder = { kind: "histogram", group: null, edges };
      expect(() => sensitivityOf(encoder, standardMap(encoder))).toThrow("ascend");
    }
    const twice: HistogramEncoder = { ...histogram, group: { attribute: "site", values: ["a", "b", "a"] } };
    expect(() => sensitivityOf(twice, standardMap(twice))).toThrow("twice");
  });
});

describe("vectors", () => {
  const encoder: VectorEncoder = { kind: "vector", length: 3, bound: 2, l2Squared: 5 };
  const map = standardMap(encoder);
  const range = [-2, -1, 0, 1, 2];
  const all = range.flatMap((a) => range.flatMap((b) => range.map((c) => [a, b, c])));

  test("the centred map gives the vector back; its norm is what is proved; null gives 0", () => {
    let largest = 0;
    for (const x of all) {
      if (l2Squared(x) > encoder.l2Squared) continue;
      const image = mapped(map, encodeVector(encoder, x).vector);
      expect(image.map((v) => v + 0)).toEqual(x.map((v) => v + 0));
      largest = Math.max(largest, l2Squared(image));
    }
    expect(sensitivityOf(encoder, map)).toEqual({ l2Squared: BigInt(largest) });
    expect(mapped(map, encodeVector(encoder, undefined).vector)).toEqual([0, 0, 0]);
  });

  test("a vector out of bounds is never encoded", () => {
    for (const x of [
      ...all.filter((v) => l2Squared(v) > 5),
      [3, 0, 0],
      [0.5, 0, 0],
      [Number.NaN, 0, 0],
      [0, 0],
      [0, 0, 0, 0],
    ])
      expect(() => encodeVector(encoder, x), String(x)).toThrow(expect.objectContaining({ code: "internal" }));
  });

  test("robustness is stated beside the sensitivity: what the circuit lets through", () => {
    expect(largestPerReport(encoder, map)).toBe(BigInt((1 + 2) * 2 * 2));
  });

  test("any other map is refused", () => {
    const rows = map.rows.map((row) => [...row]);
    const others = [
      rows.slice(1),
      [...rows, [0, 1]],
      rows.map((row, i) => (i === 1 ? [1, 2, 3, -2] : row)),
      rows.map((row, i) => (i === 1 ? [1, 1, 3, -1] : row)),
      rows.map((row, i) => (i === 1 ? [1, 1] : row)),
      [rows[1], rows[0], rows[2]] as number[][],
    ];
    for (const other of others)
      expect(() => sensitivityOf(encoder, { columns: 4, rows: other })).toThrow("centred map");
  });
});
