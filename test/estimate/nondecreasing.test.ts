import fc from "fast-check";
import { expect, test } from "vitest";
import { nondecreasing } from "../../src/estimate/nondecreasing.ts";

test("what rises stays, what falls is pooled", () => {
  expect(nondecreasing([])).toEqual([]);
  expect(nondecreasing([1, 2, 2, 5])).toEqual([1, 2, 2, 5]);
  expect(nondecreasing([3, 1, 2, 6, 4])).toEqual([2, 2, 2, 5, 5]);
});

test("it is the least-squares fit: the max-min formula over block means", () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: -50, max: 50 }), { maxLength: 12 }), (values) => {
      const mean = (from: number, to: number) =>
        values.slice(from, to + 1).reduce((a, b) => a + b, 0) / (to - from + 1);
      const expected = values.map((_, i) => {
        const starts = values.slice(0, i + 1).map((_, from) => {
          const ends = values.slice(i).map((_, offset) => mean(from, i + offset));
          return Math.min(...ends);
        });
        return Math.max(...starts);
      });
      const got = nondecreasing(values);
      expect(got).toHaveLength(values.length);
      got.forEach((value, i) => {
        expect(value).toBeCloseTo(expected[i] as number, 9);
      });
    }),
  );
});
