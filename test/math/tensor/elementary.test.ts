import fc from "fast-check";
import { expect, test } from "vitest";
import { expNegative, logistic, tanh } from "../../../src/math/tensor/elementary.ts";

const number = (min: number, max: number) => fc.double({ min, max, noNaN: true });

test("e^x to 2^−50", () => {
  fc.assert(
    fc.property(number(-103.9, 0), (x) => {
      expect(Math.abs(expNegative(x) / Math.exp(x) - 1)).toBeLessThan(2 ** -50);
    }),
    { numRuns: 2000 },
  );
  expect([expNegative(0), expNegative(-104)]).toEqual([1, 0]);
  expect(expNegative(-1000)).toBe(0);
  expect(expNegative(Number.NEGATIVE_INFINITY)).toBe(0);
  expect(expNegative(Number.NaN)).toBeNaN();
});

test("the logistic function and tanh", () => {
  fc.assert(
    fc.property(fc.oneof(number(-1, 1), number(-60, 60)), (x) => {
      expect(Math.abs(tanh(x) - Math.tanh(x))).toBeLessThan(1e-9 * Math.abs(x) + 1e-300);
      expect(tanh(-x)).toBe(-tanh(x));
      const expected = 1 / (1 + Math.exp(-x));
      expect(Math.abs(logistic(x) / expected - 1)).toBeLessThan(1e-14);
    }),
    { numRuns: 2000 },
  );
  expect([logistic(1e9), logistic(-1e9), tanh(1e9), tanh(-1e9)]).toEqual([1, 0, 1, -1]);
  expect([logistic(Number.NaN), tanh(Number.NaN)]).toEqual([Number.NaN, Number.NaN]);
});
