import { describe, expect, test } from "vitest";
import { encodeVector } from "../../src/contribution/vector.ts";
import {
  type LinearMap,
  largestPerReport,
  sensitivityOf,
  standardMap,
  type VectorEncoder,
} from "../../src/task/encoder.ts";
import { rowsOf } from "../../src/task/linear-map.ts";

/** The matrix product, spelled out. */
function mapped(map: LinearMap, vector: readonly number[]): number[] {
  return rowsOf(map).map((row) => {
    let sum = 0;
    for (let i = 0; i < row.length; i += 2) sum += (row[i + 1] as number) * (vector[row[i] as number] as number);
    return sum;
  });
}
const l2Squared = (x: readonly number[]) => x.reduce((sum, v) => sum + v * v, 0);

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
    expect(largestPerReport(encoder)).toBe(BigInt((1 + 2) * 2 * 2));
  });

  test("any other map is refused", () => {
    const rows = rowsOf(map).map((row) => [...row]);
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
