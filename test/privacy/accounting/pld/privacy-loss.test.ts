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
    refused(sampled(0.1, { mechanism: "epsilon-delta", epsilon: 1, delta: 1e-9 }));
    refused(sampled(0.1, times(2, laplace(3))));
    refused(sampled(0.1, laplace(3)), "replace-one");
    refused({
      mechanism: "discrete-gaussian",
      unit: "member",
      neighbouring: "add-or-remove-one",
      sensitivity: { norm: "l2-squared", bound: "4" },
      sigmaSquared: "9",
    });
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
