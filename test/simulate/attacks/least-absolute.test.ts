// The attacker's linear program: its own multipliers prove that nothing fits better, where there are few counts and where there are
// many; and of one Laplace noise it finds more than least squares, of two about the same.
import { describe, expect, test } from "vitest";
import { leastAbsolute } from "../../../src/simulate/attacks/least-absolute.ts";
import { PEOPLE, rebuildRuns } from "../../../src/simulate/attacks/reconstruction.ts";
import { Random } from "../../../src/simulate/random.ts";

const subsetsOf = (random: Random, count: number, width: number) =>
  Array.from({ length: count }, () => Uint8Array.from({ length: width }, () => random.below(2)));
const misfit = (rows: readonly Uint8Array[], wanted: Float64Array, x: ArrayLike<number>) =>
  rows.reduce(
    (sum, row, r) => sum + Math.abs(row.reduce((all, a, i) => all + a * (x[i] as number), 0) - (wanted[r] as number)),
    0,
  );

/** By weak duality no x in the box has a smaller misfit than this, whatever y is in [−1, 1]. */
function atLeast(rows: readonly Uint8Array[], wanted: Float64Array, y: Float64Array): number {
  for (const one of y) expect(Math.abs(one)).toBeLessThanOrEqual(1);
  const columns = Array.from({ length: rows[0]?.length ?? 0 }, (_, j) =>
    rows.reduce((sum, row, r) => sum + (row[j] as number) * (y[r] as number), 0),
  );
  return wanted.reduce((sum, b, r) => sum + b * (y[r] as number), 0) - columns.reduce((s, c) => s + Math.max(0, c), 0);
}

describe.each([1, 5, 40, 64, 65, 300])("%i counts of subsets of 64", (count) => {
  test.each([0, 0.3, 3, 1000])("noise of deviation %f: nothing fits better, by the multipliers", (deviation) => {
    const random = new Random(`${count}/${deviation}`);
    const rows = subsetsOf(random, count, PEOPLE);
    const bits = Array.from({ length: PEOPLE }, () => random.below(2));
    const wanted = Float64Array.from(
      rows,
      (row) => bits.reduce((sum, bit, i) => sum + bit * (row[i] as number), 0) + random.normal(0, deviation),
    );
    const { x, y } = leastAbsolute(rows, wanted);
    for (const one of x) expect(one >= 0 && one <= 1).toBe(true);
    const found = misfit(rows, wanted, x);
    expect(found - atLeast(rows, wanted, y)).toBeLessThan(1e-3 * (1 + found));
    if (deviation === 0 && count >= 300) expect([...x].map(Math.round)).toEqual(bits);
  });
});

test("no vector on a grid fits better", () => {
  const random = new Random("brute force");
  for (let trial = 0; trial < 20; trial++) {
    const rows = subsetsOf(random, 1 + random.below(8), 4);
    const wanted = Float64Array.from(rows, () => random.uniform(-2, 5));
    const least = misfit(rows, wanted, leastAbsolute(rows, wanted).x);
    for (let code = 0; code < 6 ** 4; code++) {
      const x = [0, 1, 2, 3].map((i) => (Math.floor(code / 6 ** i) % 6) / 5);
      expect(misfit(rows, wanted, x)).toBeGreaterThan(least - 1e-4);
    }
  }
});

test("nothing is asked, nothing is known: all stays in the middle; and what cannot be fits as well as it can", () => {
  expect(leastAbsolute([], new Float64Array(0)).x).toEqual(new Float64Array(0));
  expect([...leastAbsolute([Uint8Array.of(0, 0)], Float64Array.of(3)).x]).toEqual([0.5, 0.5]);
  expect([...leastAbsolute([Uint8Array.of(1, 1)], Float64Array.of(-1e9)).x].map(Math.round)).toEqual([0, 0]);
  expect([...leastAbsolute([Uint8Array.of(1, 1)], Float64Array.of(1e9)).x].map(Math.round)).toEqual([1, 1]);
});

test("of one aggregator's Laplace noise it finds more than least squares, of both about the same", () => {
  const rightOf = (knows: "one noise" | "nothing") => {
    const job = { kind: "rebuild", epsilon: "0.4", knows, seed: "a", after: [512], from: 0, to: 12 } as const;
    const [exact = 0, squares = 0, absolute = 0] = rebuildRuns(job);
    expect(exact).toBe(12 * PEOPLE);
    return (absolute - squares) / (12 * PEOPLE);
  };
  expect(rightOf("one noise")).toBeGreaterThan(0.01);
  expect(Math.abs(rightOf("nothing"))).toBeLessThan(0.02);
});
