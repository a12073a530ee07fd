import fc from "fast-check";
import { expect, test } from "vitest";
import { logisticScore, plainEngine } from "../../../src/learning/device/logistic.ts";

test("a gradient by hand", () => {
  // σ(0) = ½: errors −½ and ½, averaged over the two rows
  expect(
    plainEngine.logisticGradient(
      [0, 0, 0],
      [
        [1, 2],
        [3, -4],
      ],
      [1, 0],
    ),
  ).toEqual([0.5, -1.5, 0]);
});

test("the gradient is the slope of the mean log-loss", () => {
  const number = fc.double({ min: -3, max: 3, noNaN: true });
  const row = fc.array(number, { minLength: 3, maxLength: 3 });
  const batch = fc.array(fc.record({ row, label: fc.constantFrom(0, 1) }), { minLength: 1, maxLength: 8 });
  fc.assert(
    fc.property(fc.array(number, { minLength: 4, maxLength: 4 }), batch, (weights, cases) => {
      const loss = (w: readonly number[]) =>
        cases.reduce((sum, { row, label }) => sum - Math.log(Math.abs(1 - label - logisticScore(w, row))), 0) /
        cases.length;
      const gradient = plainEngine.logisticGradient(
        weights,
        cases.map((each) => each.row),
        cases.map((each) => each.label),
      );
      weights.forEach((_, j) => {
        const moved = (by: number) => weights.map((w, k) => (k === j ? w + by : w));
        expect(gradient[j]).toBeCloseTo((loss(moved(1e-5)) - loss(moved(-1e-5))) / 2e-5, 5);
      });
    }),
  );
});
