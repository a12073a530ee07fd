import { describe, expect, test } from "vitest";
import type { PrivacyEvent } from "../../../../src/privacy/accounting/algebra/types.ts";
import { privacyLossOf } from "../../../../src/privacy/accounting/pld/privacy-loss.ts";

type Add = PrivacyEvent<"add-or-remove-one">;

const gaussian = (noiseMultiplier: number): Add => ({ mechanism: "gaussian", noiseMultiplier });
const laplace = (noiseMultiplier: number): Add => ({ mechanism: "laplace", noiseMultiplier });
const sampled = (probability: number, event: Add): Add => ({ mechanism: "poisson-sampled", probability, event });
const times = (count: number, ...events: Add[]): Add => ({
  mechanism: "composed",
  parts: events.map((event) => ({ count: `${count}`, event })),
});
const epsilon = (event: Add, delta: number) => privacyLossOf(event, "add-or-remove-one").epsilon(delta);

describe("compose(e, n) is n times e", () => {
  test.each<[string, Add]>([
    ["gaussian", gaussian(3)],
    ["laplace", laplace(4)],
    ["epsilon-delta", { mechanism: "epsilon-delta", epsilon: 0.2, delta: 1e-9 }],
    ["permute-and-flip", { mechanism: "permute-and-flip", epsilon: 0.3 }],
    ["sampled", sampled(0.1, gaussian(2))],
    [
      "mixture",
      {
        mechanism: "mixture-of-gaussians",
        standardDeviation: 4,
        sensitivities: [0, 1, 2],
        probabilities: [0.8, 0.1, 0.1],
      },
    ],
  ])("%s", (_, event) => {
    const repeated = epsilon(times(6, event), 1e-6);
    const listed = epsilon(
      { mechanism: "composed", parts: [1, 2, 3].map((n) => ({ count: `${n}`, event: times(1, event) })) },
      1e-6,
    );
    expect(listed.upper).toBeCloseTo(repeated.upper, 12);
    expect(repeated.lower).toBeGreaterThan(epsilon(event, 1e-6).upper);
    expect(repeated.upper - repeated.lower).toBeLessThanOrEqual(2e-4);
  });
});

describe("what more leaks is never less", () => {
  const base = { q: 0.02, sigma: 1.2, count: 400 };
  const of = ({ q, sigma, count } = base) => times(count, sampled(q, gaussian(sigma)));

  test("in every parameter, by 1 %", () => {
    const here = epsilon(of(), 1e-6);
    expect(epsilon(of({ ...base, q: base.q * 1.01 }), 1e-6).lower).toBeGreaterThan(here.upper);
    expect(epsilon(of({ ...base, sigma: base.sigma / 1.01 }), 1e-6).lower).toBeGreaterThan(here.upper);
    expect(epsilon(of({ ...base, count: base.count * 1.01 }), 1e-6).lower).toBeGreaterThan(here.upper);
    expect(epsilon(of(), 1e-6 / 1.01).lower).toBeGreaterThan(here.upper);
  });

  test("delta falls in epsilon, epsilon in delta", () => {
    const loss = privacyLossOf(of(), "add-or-remove-one");
    const deltas = [0, 0.5, 1, 2, 4].map((at) => loss.delta(at));
    for (let i = 1; i < deltas.length; i++) expect(deltas[i]?.upper).toBeLessThan(deltas[i - 1]?.lower as number);
    const epsilons = [1e-3, 1e-6, 1e-9, 1e-12, 1e-15].map((at) => loss.epsilon(at));
    for (let i = 1; i < epsilons.length; i++)
      expect(epsilons[i]?.lower).toBeGreaterThan(epsilons[i - 1]?.upper as number);
  });

  test("delta at epsilon's bracket brackets delta", () => {
    const loss = privacyLossOf(of(), "add-or-remove-one");
    const { lower, upper } = loss.epsilon(1e-7);
    expect(loss.delta(upper).lower).toBeLessThanOrEqual(1e-7);
    expect(loss.delta(lower).upper).toBeGreaterThanOrEqual(1e-7);
  });

  test("sampling every record is no sampling, sampling none is nothing", () => {
    expect(epsilon(times(20, sampled(1, laplace(9))), 1e-6)).toEqual(epsilon(times(20, laplace(9)), 1e-6));
    expect(epsilon(times(20, sampled(0, laplace(9))), 1e-6)).toEqual({ lower: 0, upper: 0 });
  });
});

describe("the width asked for", () => {
  test.each([1e-2, 1e-3, 1e-4, 1e-5])("%d", (width) => {
    const event = times(300, sampled(0.05, gaussian(1.5)));
    const loss = privacyLossOf(event, "add-or-remove-one", { width });
    const { lower, upper } = loss.epsilon(1e-8);
    expect(upper - lower).toBeLessThanOrEqual(width);
    const fast = privacyLossOf(event, "add-or-remove-one", { width, bound: "upper" }).epsilon(1e-8);
    expect(fast.lower).toBe(0);
    expect(fast.upper).toBeGreaterThanOrEqual(lower);
    expect(fast.upper - lower).toBeLessThanOrEqual(2 * width);
  });

  test("a long run down to 1e-15", () => {
    const loss = privacyLossOf(times(100_000, sampled(1e-3, gaussian(1.2))), "add-or-remove-one", { width: 1e-3 });
    const { lower, upper } = loss.epsilon(1e-15);
    expect(upper - lower).toBeLessThanOrEqual(1e-3);
  });
});

describe("losses that end or are infinite", () => {
  test("pure: delta 0 gives the sum of epsilons, and beyond it delta is 0", () => {
    const loss = privacyLossOf(times(10, laplace(5)), "add-or-remove-one");
    expect(loss.epsilon(0).upper).toBeCloseTo(2, 12);
    expect(loss.epsilon(0).upper).toBeGreaterThanOrEqual(2);
    expect(loss.epsilon(1e-15).upper).toBeLessThanOrEqual(2 * (1 + 1e-13));
    expect(loss.delta(2.1)).toEqual({ lower: 0, upper: 0 });
    expect(privacyLossOf(gaussian(1), "add-or-remove-one").epsilon(0).upper).toBe(Number.POSITIVE_INFINITY);
  });

  test("a delta that is spent cannot be asked for less", () => {
    const loss = privacyLossOf(
      times(50, { mechanism: "epsilon-delta", epsilon: 0.1, delta: 1e-8 }),
      "add-or-remove-one",
    );
    expect(loss.epsilon(4e-7).lower).toBe(Number.POSITIVE_INFINITY);
    expect(loss.epsilon(1e-6).upper).toBeLessThan(5);
    const floor = -Math.expm1(50 * Math.log1p(-1e-8));
    expect(loss.delta(20).upper / floor).toBeCloseTo(1, 10);
    expect(loss.delta(20).upper).toBeGreaterThanOrEqual(floor);
  });

  test("nothing and everything", () => {
    const open: Add = {
      mechanism: "composed",
      parts: [
        { count: "1", event: { mechanism: "non-private" } },
        { count: "2", event: gaussian(1) },
      ],
    };
    expect(privacyLossOf(open, "add-or-remove-one").delta(3)).toEqual({ lower: 1, upper: 1 });
    expect(epsilon(open, 1e-6).lower).toBe(Number.POSITIVE_INFINITY);
    expect(epsilon({ mechanism: "no-op" }, 0)).toEqual({ lower: 0, upper: 0 });
  });
});

describe("refusals", () => {
  const refused = (
    event: object,
    neighbouring: "add-or-remove-one" | "replace-one" | "zero-out" = "add-or-remove-one",
  ) =>
    expect(() => privacyLossOf(event as Add, neighbouring as "add-or-remove-one")).toThrow(
      expect.objectContaining({ code: "unsupported" }),
    );

  test("what has no proven pair", () => {
    refused({ mechanism: "zcdp", rho: 0.1 });
    refused({ mechanism: "shuffled", localEpsilon: 1, reports: 1000 }, "replace-one");
    refused(sampled(0.1, times(2, { mechanism: "gdp", mu: 1 })), "replace-one");
    refused({
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: "add-or-remove-one",
      sensitivity: { norm: "l2-squared", bound: "4" },
      sigmaSquared: "9",
    });
  });

  test("samples whose loss is not known count as their guarantee, and are not called tight", () => {
    const once = 0.1 * Math.expm1(1);
    for (const event of [
      sampled(0.1, { mechanism: "epsilon-delta", epsilon: 1, delta: 1e-9 }),
      sampled(0.1, times(2, laplace(2))),
    ] as const) {
      const loss = privacyLossOf(event, "add-or-remove-one");
      expect(loss.tight).toBe(false);
      expect(loss.epsilon(1e-9).upper).toBeCloseTo(Math.log1p(once), 6);
    }
  });

  test.each([Number.NaN, -1e-9, 1, 2])("delta %d", (delta) => {
    expect(() => epsilon(gaussian(1), delta)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test.each([Number.NaN, -1])("epsilon %d", (at) => {
    const loss = privacyLossOf(gaussian(1), "add-or-remove-one");
    expect(() => loss.delta(at)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });

  test.each([0, -1, Number.NaN, 2])("width %d", (width) => {
    expect(() => privacyLossOf(gaussian(1), "add-or-remove-one", { width })).toThrow(
      expect.objectContaining({ code: "invalid_argument" }),
    );
  });
});

describe("far from ordinary parameters", () => {
  const gaussian = (noiseMultiplier: number) => ({ mechanism: "gaussian", noiseMultiplier }) as const;
  const sampledGaussian = (probability: number, noiseMultiplier: number) =>
    ({ mechanism: "poisson-sampled", probability, event: gaussian(noiseMultiplier) }) as const;
  const sound = (found: { lower: number; upper: number }, exact: number) => {
    expect(found.lower).toBeLessThanOrEqual(exact);
    expect(found.upper).toBeGreaterThanOrEqual(exact);
  };

  test("losses whose exponentials are no doubles: one use is inverted, many are not read as nothing", () => {
    // q·(profile at y), q·e^y = e^ε - 1 + q: with q = 0.01 and µ = 100 that is the closed form at ε + ln 100.
    const loss = privacyLossOf(sampledGaussian(0.01, 0.01), "add-or-remove-one");
    const exact = privacyLossOf(gaussian(0.01), "add-or-remove-one").epsilon(1e-4);
    const found = loss.epsilon(1e-6);
    sound(found, (exact.lower + exact.upper) / 2 + Math.log(0.01));
    expect(found.upper - found.lower).toBeLessThan(1e-6);
    for (const [plan, neighbouring] of [
      [sampledGaussian(0.02, 0.02), "replace-one"],
      [times(3, sampledGaussian(0.02, 0.02)), "replace-one"],
      [times(10, sampledGaussian(0.02, 0.03)), "add-or-remove-one"],
    ] as const) {
      // A single sampled use already tells with probability 0.02.
      const { epsilon, delta } = privacyLossOf(plan, neighbouring);
      expect(epsilon(1e-6).upper).toBeGreaterThan(500);
      expect(delta(0).upper).toBeGreaterThan(0.0199);
      expect(epsilon(1e-6).lower).toBeLessThan(20_000);
    }
  });

  test("a bounded loss beyond the doubles is bounded by its sum", () => {
    for (const event of [
      { mechanism: "laplace", noiseMultiplier: 0.001 },
      { mechanism: "exponential", epsilon: 1000 },
      { mechanism: "epsilon-delta", epsilon: 1000, delta: 0 },
    ] as const)
      sound(privacyLossOf(times(5, event), "add-or-remove-one").epsilon(1e-6), 4990);
  });

  test("noise so large that cells lie a thousand deviations out", () => {
    // delta(0) of 1000 uses is about √1000·q·φ(0)·µ.
    const loss = privacyLossOf(times(1000, sampledGaussian(0.01, 1e12)), "add-or-remove-one");
    sound(loss.delta(0), Math.sqrt(1000) * 0.01 * 1e-12 * 0.3989);
    expect(loss.epsilon(1e-18).upper).toBeGreaterThan(0);
  });

  test("what never ends is never said to end", () => {
    const event = {
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: "zero-out",
      sensitivity: { norm: "l2-squared", bound: "1" },
      sigmaSquared: "100",
    } as const;
    const loss = privacyLossOf(event, "zero-out");
    expect(loss.epsilon(0)).toEqual({ lower: Number.POSITIVE_INFINITY, upper: Number.POSITIVE_INFINITY });
    expect(loss.delta(4).upper).toBeGreaterThan(0);
  });

  test("the largest loss is a rounded number: just there delta is not said to be 0", () => {
    // 1/3 is above the double next to it.
    for (const event of [{ mechanism: "laplace", noiseMultiplier: 3 }] as const)
      expect(privacyLossOf(event, "add-or-remove-one").delta(1 / 3).upper).toBeGreaterThan(9e-18);
  });

  test("delta close to 1 and far below every double are told without a grid", () => {
    const near = privacyLossOf(times(46457, sampledGaussian(0.17, 3)), "add-or-remove-one").delta(0);
    expect(near.lower).toBeGreaterThan(0.999);
    expect(near.upper).toBe(1);
    const far = privacyLossOf(times(5, sampledGaussian(0.01, 1)), "add-or-remove-one").delta(200);
    expect(far.lower).toBe(0);
    expect(far.upper).toBeGreaterThan(0);
    expect(far.upper).toBeLessThan(1e-200);
  });

  test("a mixture of far components is inverted", () => {
    const event = {
      mechanism: "mixture-of-gaussians",
      standardDeviation: 0.01,
      sensitivities: [0, 1, 2],
      probabilities: [0.5, 0.3, 0.2],
    } as const;
    // Both shifted components have losses of about 5,000 and more.
    sound(privacyLossOf(event, "add-or-remove-one").delta(3000), 0.5);
  });
});
