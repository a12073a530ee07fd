// The attacker's own solver: exact where the answers are, and as good as trying everything where there are few bits.
import { expect, test } from "vitest";
import { boundedLeastSquares } from "../../../src/simulate/attacks/least-squares.ts";
import { Random } from "../../../src/simulate/random.ts";

const subsetsOf = (random: Random, count: number, width: number) =>
  Array.from({ length: count }, () => Uint8Array.from({ length: width }, () => random.below(2)));
const residual = (rows: readonly Uint8Array[], wanted: Float64Array, x: ArrayLike<number>) =>
  rows.reduce(
    (sum, row, r) => sum + (row.reduce((all, a, i) => all + a * (x[i] as number), 0) - (wanted[r] as number)) ** 2,
    0,
  );

test("bits come out of exact counts of four times as many subsets", () => {
  const random = new Random("exact");
  const bits = Array.from({ length: 40 }, () => random.below(2));
  const rows = subsetsOf(random, 160, 40);
  const counts = Float64Array.from(rows, (row) => bits.reduce((sum, bit, i) => sum + bit * (row[i] as number), 0));
  const found = boundedLeastSquares(rows, counts);
  expect([...found].map(Math.round)).toEqual(bits);
  expect(Math.max(...bits.map((bit, i) => Math.abs(bit - (found[i] as number))))).toBeLessThan(0.01);
});

test("no vector of bits, and no vector on a grid between, fits better than what is found", () => {
  const random = new Random("brute force");
  for (let trial = 0; trial < 20; trial++) {
    const rows = subsetsOf(random, 3 + random.below(6), 4);
    const wanted = Float64Array.from(rows, () => random.uniform(-2, 5));
    const least = residual(rows, wanted, boundedLeastSquares(rows, wanted));
    for (let code = 0; code < 6 ** 4; code++) {
      const x = [0, 1, 2, 3].map((i) => (Math.floor(code / 6 ** i) % 6) / 5);
      expect(residual(rows, wanted, x)).toBeGreaterThan(least - 1e-6);
    }
  }
});

test("nothing is asked, nothing is known: all stays in the middle", () => {
  expect(boundedLeastSquares([], new Float64Array(0))).toEqual(new Float64Array(0));
  expect([...boundedLeastSquares([Uint8Array.of(0, 0)], Float64Array.of(3))]).toEqual([0.5, 0.5]);
});
