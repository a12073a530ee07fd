import { expect, test } from "vitest";
import { deltaOfShuffle, epsilonOfShuffle } from "../../../src/privacy/accounting/shuffle.ts";
import { referenceCases } from "../reference.ts";

/** The clone pair's hockey-stick, summed over both counts without any shortcut. */
function summed(localEpsilon: number, reports: number, epsilon: number): number {
  const right = Math.exp(localEpsilon) / (1 + Math.exp(localEpsilon));
  const rate = Math.exp(-localEpsilon);
  let choose = (1 - rate) ** (reports - 1);
  let total = 0;
  for (let c = 0; c < reports; c++) {
    let half = 2 ** -c;
    let before = 0;
    for (let a = 0; a <= c + 1; a++) {
      const here = a <= c ? half : 0;
      const p = right * before + (1 - right) * here;
      const q = (1 - right) * before + right * here;
      total += choose * Math.max(0, p - Math.exp(epsilon) * q);
      before = here;
      half *= (c - a) / (a + 1);
    }
    choose *= ((reports - 1 - c) / (c + 1)) * (rate / (1 - rate));
  }
  return total;
}

test("encloses the sum over all counts of clones", () => {
  for (const reports of [1, 2, 17, 300])
    for (const localEpsilon of [0.1, 1, 3])
      for (const part of [0, 0.1, 0.5, 0.9]) {
        const exact = summed(localEpsilon, reports, part * localEpsilon);
        const { lower, upper } = deltaOfShuffle(localEpsilon, reports, part * localEpsilon);
        expect(lower).toBeLessThanOrEqual(exact * (1 + 1e-9) + 1e-17);
        expect(upper).toBeGreaterThanOrEqual(exact * (1 - 1e-9) - 1e-17);
        expect(upper - lower).toBeLessThanOrEqual(1e-7 * upper + 1e-29);
      }
});

test("50-digit values deep in the tail and for many reports", () => {
  const { lower, upper } = deltaOfShuffle(1, 1000, 0.3);
  expect(lower).toBeLessThan(2.74448779219e-12);
  expect(upper).toBeGreaterThan(2.74448779218e-12);
  // Moves between fresh starts: the same sum, whatever way it is walked.
  const far = deltaOfShuffle(0.2, 400_000, 1e-3);
  expect(far.upper).toBeGreaterThan(0);
  expect((far.upper - far.lower) / far.upper).toBeLessThan(3e-8);
});

test("epsilon inverts delta, within one local report's own", () => {
  for (const [localEpsilon, reports, delta] of [
    [1, 1000, 1e-6],
    [4, 100, 1e-9],
    [0.3, 1e6, 1e-12],
    [2, 1, 0.01],
  ] as const) {
    const { lower, upper } = epsilonOfShuffle(localEpsilon, reports, delta);
    expect(lower).toBeLessThanOrEqual(upper);
    expect(upper).toBeLessThanOrEqual(localEpsilon);
    expect(deltaOfShuffle(localEpsilon, reports, upper).upper).toBeLessThanOrEqual(delta);
    if (lower > 0) expect(deltaOfShuffle(localEpsilon, reports, lower).lower).toBeGreaterThanOrEqual(delta);
    expect((upper - lower) / upper).toBeLessThan(1e-6);
  }
  expect(deltaOfShuffle(1, 10, 1)).toEqual({ lower: 0, upper: 0 });
});

test("one per cent more of each input moves epsilon the right way", () => {
  const base = epsilonOfShuffle(1, 10_000, 1e-6).upper;
  expect(epsilonOfShuffle(1.01, 10_000, 1e-6).upper).toBeGreaterThan(base);
  expect(epsilonOfShuffle(1, 10_100, 1e-6).upper).toBeLessThan(base);
  expect(epsilonOfShuffle(1, 10_000, 1.01e-6).upper).toBeLessThan(base);
});

test("what is out of range is refused", () => {
  for (const bad of [0, -1, Number.NaN, Number.POSITIVE_INFINITY]) {
    expect(() => epsilonOfShuffle(bad, 10, 1e-6)).toThrow(/local epsilon must/);
    expect(() => epsilonOfShuffle(1, bad, 1e-6)).toThrow(/number of reports must/);
    expect(() => epsilonOfShuffle(1, 10, bad)).toThrow(/delta must/);
  }
  expect(() => deltaOfShuffle(1, 10, -0.1)).toThrow(/epsilon must/);
  expect(() => deltaOfShuffle(1, 1e11, 0.1)).toThrow(/up to 1e10/);
});

for (const { inputs, expected } of referenceCases("shuffle"))
  test(`reference ${JSON.stringify(inputs)}`, () => {
    const { epsilon0, n, delta } = inputs as Record<string, number>;
    const { lower, upper } = epsilonOfShuffle(epsilon0 as number, n as number, delta as number);
    expect(lower).toBeGreaterThanOrEqual(Number(expected.eps_numeric_lower) - 1e-4);
    expect(upper).toBeLessThanOrEqual(Number(expected.eps_numeric_upper_FMT21) * (1 + 1e-3));
  });
