// The rotation against its matrix, its inverse, norms and how evenly it spreads.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { rotate, rotateBack, rotatedLength } from "../../src/math/rotation.ts";

const seeds = fc.uint8Array({ minLength: 0, maxLength: 40 });
const vectors = fc.array(fc.double({ min: -1e6, max: 1e6, noNaN: true }), { minLength: 1, maxLength: 70 });
const norm = (v: ArrayLike<number>) => Math.hypot(...Array.from(v));

/** (-1)^(number of common bits): the Walsh–Hadamard matrix. */
function entry(i: number, j: number): number {
  let common = i & j;
  let sign = 1;
  for (; common > 0; common >>= 1) if (common & 1) sign = -sign;
  return sign;
}

test("a vector: seed of zeros, eight cells", () => {
  const signs = Array.from({ length: 8 }, (_, i) => {
    const unit = new Array<number>(8).fill(0);
    unit[i] = 1;
    // The first row of H is all ones.
    return Math.sign(rotate(unit, new Uint8Array(32))[0] as number);
  });
  expect(signs).toMatchInlineSnapshot(`
    [
      1,
      -1,
      -1,
      -1,
      1,
      -1,
      -1,
      1,
    ]
  `);
});

test("is H·D·x/√d, entry for entry", () => {
  const seed = Uint8Array.of(7, 7);
  for (const d of [1, 2, 4, 16, 64]) {
    const columns = Array.from({ length: d }, (_, i) => {
      const unit = new Array<number>(d).fill(0);
      unit[i] = 1;
      return rotate(unit, seed);
    });
    for (const [i, column] of columns.entries()) {
      const sign = Math.sign(column[0] as number);
      for (let j = 0; j < d; j++) expect(column[j]).toBeCloseTo((sign * entry(i, j)) / Math.sqrt(d), 12);
    }
  }
});

test("keeps norms and is undone", () => {
  fc.assert(
    fc.property(vectors, seeds, (values, seed) => {
      const rotated = rotate(values, seed);
      expect(rotated).toHaveLength(rotatedLength(values.length));
      expect(Math.abs(norm(rotated) - norm(values))).toBeLessThanOrEqual(1e-9 * (1 + norm(values)));
      const back = rotateBack(rotated, seed, values.length);
      expect(back).toHaveLength(values.length);
      for (const [i, x] of values.entries())
        expect(Math.abs((back[i] as number) - x)).toBeLessThanOrEqual(1e-9 * (1 + norm(values)));
    }),
    { numRuns: 60 },
  );
});

test("another seed is another rotation; a cell's sign is fair", () => {
  const values = Array.from({ length: 64 }, (_, i) => i);
  expect([...rotate(values, Uint8Array.of(1))]).not.toEqual([...rotate(values, Uint8Array.of(2))]);
  let positive = 0;
  for (let i = 0; i < 2000; i++) if ((rotate([1, 0, 0, 0], Uint8Array.of(i, i >> 8))[0] as number) > 0) positive++;
  // Fixed seeds, so one number: within four standard deviations of a half.
  expect(Math.abs(positive - 1000)).toBeLessThan(90);
});

describe("refused", () => {
  test.each([0, -1, 1.5, Number.NaN, 2 ** 24 + 1])("%d cells", (length) => {
    expect(() => rotatedLength(length)).toThrowError(expect.objectContaining({ code: "invalid_argument" }));
  });
  test("cells of another length", () => {
    expect(() => rotateBack(new Float64Array(8), new Uint8Array(0), 4)).toThrowError(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });
});
