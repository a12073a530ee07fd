import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { againstZero, differenceOf, P_LEAST } from "../../src/estimate/difference.ts";
import type { Estimate } from "../../src/estimate/estimate.ts";
import { holm } from "../../src/estimate/holm.ts";
import { tableTest } from "../../src/estimate/table-test.ts";
import type { NoiseLaw } from "../../src/privacy/distributions/noise-law.ts";
import { rational } from "../../src/privacy/rational.ts";

const laplace: NoiseLaw = { mechanism: "discrete-laplace", scale: rational(10n, 1n), draws: 2 };
const gaussian: NoiseLaw = { mechanism: "discrete-gaussian", sigmaSquared: rational(200n, 1n), draws: 2 };

/** Normal errors of these deviations. */
function estimate(value: number, noise: number, sampling: number): Estimate {
  const around = (sd: number) => [value - 1.959964 * sd, value + 1.959964 * sd] as const;
  return {
    estimate: value,
    interval95: around(Math.hypot(noise, sampling)),
    privacyInterval95: around(noise),
    privacyNoiseSd: noise,
    samplingSd: sampling,
    uninformative: false,
  };
}

describe("a difference of two numbers", () => {
  test("of normal errors is Welch's: distances add as roots of squares", () => {
    const { interval95, privacyInterval95, p } = differenceOf(
      estimate(10, 3, 4),
      estimate(4, 0, 12),
      [gaussian],
      false,
    );
    expect(interval95[0]).toBeCloseTo(6 - 1.959964 * 13, 6);
    expect(interval95[1]).toBeCloseTo(6 + 1.959964 * 13, 6);
    expect(privacyInterval95[1]).toBeCloseTo(6 + 1.959964 * 3, 6);
    // 2Φ(−6/13)
    expect(p).toBeCloseTo(0.6444, 3);
  });

  test("keeps what is skewed skewed", () => {
    const low = { ...estimate(0.02, 0, 0.01), interval95: [0.005, 0.08] as const };
    const { interval95 } = differenceOf(low, estimate(0.5, 0, 0.02), [gaussian], false);
    expect(interval95[0]).toBeCloseTo(-0.48 - Math.hypot(0.015, 0.0392), 4);
    expect(interval95[1]).toBeCloseTo(-0.48 + Math.hypot(0.06, 0.0392), 4);
  });

  test("of members who may be in both adds what sampling leaves open as it is, noise as ever", () => {
    const { interval95, samplingSd } = differenceOf(estimate(1, 3, 4), estimate(0, 3, 8), [gaussian], true);
    expect(interval95[1]).toBeCloseTo(1 + 1.959964 * Math.hypot(3, 3, 12), 5);
    expect(samplingSd).toBe(12);
  });

  test("that is nothing, or not known, shows nothing", () => {
    expect(differenceOf(estimate(5, 1, 1), estimate(5, 2, 2), [laplace], false).p).toBe(1);
    const unknown = { ...estimate(9, 1, 1), interval95: [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY] as const };
    expect(differenceOf({ ...unknown, uninformative: true }, estimate(0, 1, 1), [laplace], false).p).toBe(1);
    expect(differenceOf(unknown, estimate(0, 1, 1), [laplace], true).p).toBe(1);
    expect(againstZero({ ...estimate(9, 1, 1), uninformative: true }, laplace).p).toBe(1);
  });

  test("without any error is certain, as far as is told", () => {
    expect(differenceOf(estimate(5, 0, 0), estimate(4, 0, 0), [laplace], false).p).toBe(P_LEAST);
    expect(againstZero(estimate(1e9, 1, 1), gaussian).p).toBe(P_LEAST);
  });

  test("p is below 5 % just where the interval leaves 0 out, and never below a normal law's", () => {
    const sd = fc.double({ min: 0, max: 10, noNaN: true });
    const value = fc.double({ min: -50, max: 50, noNaN: true });
    fc.assert(
      fc.property(value, value, sd, sd, sd, fc.boolean(), (a, b, noise, sampling, other, together) => {
        const {
          interval95,
          p,
          estimate: d,
        } = differenceOf(estimate(a, noise, sampling), estimate(b, other, noise), [laplace], together);
        const outside = interval95[0] > 1e-9 || interval95[1] < -1e-9;
        const inside = interval95[0] < -1e-9 && interval95[1] > 1e-9;
        if (outside) expect(p).toBeLessThanOrEqual(0.0501);
        if (inside) expect(p).toBeGreaterThanOrEqual(0.0499);
        expect(p >= P_LEAST && p <= 1).toBe(true);
        expect(interval95[0] <= d && d <= interval95[1]).toBe(true);
      }),
      { numRuns: 60 },
    );
  });

  test("Laplace noise has longer tails than its 95 % interval tells, and p knows", () => {
    const far = [laplace, gaussian].map((law) => differenceOf(estimate(20, 5, 0), estimate(0, 0, 0.1), [law], false).p);
    // 2Φ(−4) = 6.3e-5
    expect(far[1]).toBeCloseTo(6.33e-5, 6);
    expect(far[0]).toBeGreaterThan(10 * (far[1] as number));
  });
});

describe("Holm's adjustment", () => {
  test("is the step-down one, by hand", () => {
    const adjusted = holm([0.01, 0.04, 0.03, 0.005]);
    expect(adjusted.map((p) => Number(p.toFixed(6)))).toEqual([0.03, 0.06, 0.06, 0.02]);
    expect(holm([])).toEqual([]);
    expect(holm([0.9, 0.8])).toEqual([1, 1]);
  });

  test("keeps the order, is never below a p, never above Bonferroni's", () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 40 }), (ps) => {
        const adjusted = holm(ps);
        for (const [i, p] of ps.entries()) {
          const own = adjusted[i] as number;
          expect(own >= p && own <= Math.min(1, p * ps.length + 1e-12)).toBe(true);
          for (const [j, other] of ps.entries()) if (other < p) expect(adjusted[j]).toBeLessThanOrEqual(own);
        }
      }),
    );
  });
});

describe("a two-way table", () => {
  const silent = { variance: 0, fourth: 0 };

  test("without noise is Pearson's test", () => {
    // X² = 100·(30·40 − 20·10)²/(50·50·40·60) = 16.667 with one degree of freedom: p = 4.456e-5
    const test_ = tableTest(
      [
        [30, 20],
        [10, 40],
      ],
      silent,
    );
    expect(test_?.p).toBeCloseTo(4.456e-5, 7);
    // X² = Σ (n − e)²/e = 2.8594 with two degrees of freedom, so p = exp(−X²/2)
    const wide = tableTest(
      [
        [12, 5, 8],
        [7, 9, 11],
      ],
      silent,
    );
    expect(wide?.p).toBeCloseTo(Math.exp(-2.8594 / 2), 4);
  });

  test("with noise needs more to show", () => {
    const counts = [
      [300, 200],
      [250, 250],
    ];
    const [exact, noised] = [0, 400].map((variance) => tableTest(counts, { variance, fourth: 0 })?.p as number);
    expect(exact).toBeLessThan(0.002);
    expect(noised).toBeGreaterThan(exact as number);
  });

  test("that is none, too large, or no more than noise is not tested", () => {
    const square = (size: number) => Array.from({ length: size }, () => new Array<number>(size).fill(50));
    expect(tableTest([[1, 2]], silent)).toBeUndefined();
    expect(tableTest([[1], [2]], silent)).toBeUndefined();
    expect(tableTest(square(21), silent)).toBeUndefined();
    expect(
      tableTest(
        [
          [-3, 2],
          [1, 1],
        ],
        { variance: 9, fourth: 0 },
      ),
    ).toBeUndefined();
    expect(
      tableTest(
        [
          [0, 0],
          [0, 0],
        ],
        silent,
      ),
    ).toBeUndefined();
    expect(tableTest(square(20), { variance: 4, fourth: 10 })?.p).toBeGreaterThan(0.9);
  });

  test("with lines that nobody is in says no more for them", () => {
    const { p } = tableTest(
      [
        [50, 0, 30],
        [50, 0, 30],
      ],
      silent,
    ) as { p: number };
    expect(p).toBe(1);
    const hidden = tableTest(
      [
        [80, -2, 30],
        [30, 3, 70],
      ],
      { variance: 4, fourth: 0 },
    ) as { p: number };
    expect(hidden.p).toBe(P_LEAST);
  });
});
