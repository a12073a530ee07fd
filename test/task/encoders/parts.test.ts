import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { levelsOf } from "../../../src/task/encoders/histogram/part.ts";
import {
  isBits,
  isOneHot,
  type Part,
  partColumns,
  partMass,
  partNorms,
  partRows,
} from "../../../src/task/encoders/kinds.ts";
import { cellWeights } from "../../../src/task/encoders/moments/read.ts";
import type { Row } from "../../../src/task/encoders/part.ts";
import { encodeProduct, type MemberValue } from "../../../src/task/encoders/values.ts";
import { l1, l2Squared, parts, product, valuesFor } from "./arbitrary.ts";

/** A part's own integers: the product of one part without keys, its null column cut off. */
function encode(part: Part, values: readonly MemberValue[]): readonly number[] {
  return encodeProduct({ kind: "product", groups: [], parts: [part] }, values, {}).vector.slice(0, partColumns(part));
}

/** Values that reach the bound of the part's own rows. */
function worst(part: Part): readonly MemberValue[] {
  switch (part.kind) {
    case "histogram":
      return [part.edges[0]];
    case "category":
      return [part.values[0]];
    case "events":
      return [Object.fromEntries(part.values.map((value) => [value, 5]))];
    case "moments":
      return part.clip.map(([, high]) => high as number);
  }
}

const rowsOver = (columns: number): fc.Arbitrary<readonly Row[]> =>
  fc.array(
    fc
      .uniqueArray(fc.integer({ min: 0, max: columns - 1 }), { minLength: 1, maxLength: columns })
      .chain((places) =>
        fc
          .array(fc.integer({ min: -5, max: 5 }), { minLength: places.length, maxLength: places.length })
          .map((coefficients) =>
            [...places].sort((a, b) => a - b).flatMap((place, i) => [place, coefficients[i] ?? 0]),
          ),
      ),
    { minLength: 1, maxLength: 5 },
  );

describe("every kind of part", () => {
  test("its contributions are non-negative integers within its mass, whatever the values", () => {
    fc.assert(
      fc.property(
        parts.chain((part) => fc.tuple(fc.constant(part), valuesFor(part))),
        ([part, values]) => {
          const vector = encode(part, values);
          expect(vector).toHaveLength(partColumns(part));
          for (const integer of vector) expect(Number.isSafeInteger(integer) && integer >= 0).toBe(true);
          const mass = vector.reduce((sum, integer) => sum + integer, 0);
          expect(mass).toBeLessThanOrEqual(partMass(part));
          if (isBits(part)) expect(vector.every((bit) => bit <= 1)).toBe(true);
          if (isOneHot(part)) expect(vector.every((bit) => bit <= 1) && mass <= 1).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("its own rows never move by more than the proved norms, and the worst value reaches them", () => {
    fc.assert(
      fc.property(
        parts.chain((part) => fc.tuple(fc.constant(part), valuesFor(part))),
        ([part, values]) => {
          const norms = partNorms(part);
          const image = product(partRows(part), encode(part, values));
          expect(l1(image) <= norms.l1 && l2Squared(image) <= norms.l2Squared).toBe(true);
          const reached = product(partRows(part), encode(part, worst(part)));
          expect(l1(reached)).toBe(norms.l1);
          expect(l2Squared(reached)).toBe(norms.l2Squared);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test("nor do any other rows over its columns", () => {
    fc.assert(
      fc.property(
        parts.chain((part) => fc.tuple(fc.constant(part), valuesFor(part), rowsOver(partColumns(part)))),
        ([part, values, rows]) => {
          const norms = partNorms(part, rows);
          const image = product(rows, encode(part, values));
          expect(l1(image) <= norms.l1 && l2Squared(image) <= norms.l2Squared).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });
});

describe("what is encoded", () => {
  const moments = {
    kind: "moments",
    values: [0],
    clip: [[0, 10]],
    order: 1,
    resolution: 100,
    weight: 1,
  } satisfies Part;

  test.each([
    [5, [50, 50]],
    [-3, [100, 0]],
    [10, [0, 100]],
    [Number.POSITIVE_INFINITY, [0, 100]],
    [Number.NaN, [0, 0]],
    [undefined, [0, 0]],
    ["5", [0, 0]],
  ])("a moment of %s", (value, expected) => {
    expect(encode(moments, [value])).toEqual(expected);
  });

  test("points go out in proportion to Bernstein's polynomials and their products, all of them", () => {
    expect(encode({ ...moments, order: 3 }, [5])).toEqual([13, 38, 37, 12]);
    const clip: [number, number][] = [
      [0, 10],
      [0, 10],
    ];
    const pair = { ...moments, values: [0, 1], clip, order: 1 } satisfies Part;
    expect(encode(pair, [2, 7.5])).toEqual([20, 60, 5, 15]);
    expect(encode(pair, [0, undefined])).toEqual([0, 0, 0, 0]);
  });

  test("sums of points give back every power and product, as near as rounding", () => {
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 4 }), fc.boolean(), share, share, (order, two, x, y) => {
        const resolution = 4096;
        const values = two ? [0, 1] : [0];
        const clip = values.map((): [number, number] => [0, 1]);
        const part = { ...moments, values, clip, order, resolution } satisfies Part;
        const cells = encode(part, [x, y]);
        expect(cells.reduce((sum, cell) => sum + cell, 0)).toBe(resolution);
        const power = (degree: number) => [...new Array<number>(degree).fill(0), 1];
        for (let i = 0; i <= order; i++)
          for (let j = 0; j <= (two ? order : 0); j++) {
            const weights = cellWeights(part, power(i), power(j));
            const read = weights.reduce((sum, weight, k) => sum + weight * (cells[k] as number), 0) / resolution;
            expect(Math.abs(read - x ** i * (two ? y ** j : 1))).toBeLessThan(cells.length / resolution);
          }
      }),
    );
  });

  test("events beyond the cap leave the most frequent", () => {
    const part = { kind: "events", value: 0, values: ["a", "b", "c"], cap: 2, weight: 1 } satisfies Part;
    expect(encode(part, [{ a: 2, b: 4, c: 1 }])).toEqual([1, 1, 0]);
    expect(encode(part, [{ a: 2, b: 2, c: 2 }])).toEqual([1, 1, 0]);
    expect(encode(part, [{ a: 1, b: 1e9, c: Number.POSITIVE_INFINITY }])).toEqual([0, 1, 1]);
    expect(encode(part, [{ a: 0.5, b: -1, c: Number.NaN, d: 9 }])).toEqual([1, 0, 0]);
    expect(encode(part, [{}])).toEqual([0, 0, 0]);
  });

  test("a tree's levels cover every bin once", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 256 }), fc.option(fc.integer({ min: 2, max: 16 })), (bins, fanout) => {
        const edges = Array.from({ length: bins + 1 }, (_, i) => i);
        const part = { kind: "histogram", value: 0, edges, weight: 1, fanout } satisfies Part;
        const rows = partRows(part);
        let offset = 0;
        for (const count of levelsOf(part)) {
          const columns = rows.slice(offset, offset + count).flatMap((row) => row.filter((_, i) => i % 2 === 0));
          expect(columns).toEqual(Array.from({ length: bins }, (_, i) => i));
          offset += count;
        }
        expect(offset).toBe(rows.length);
      }),
    );
  });
});
