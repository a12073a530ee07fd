// Calibrated parameters, accounted for again: they meet the target, and a thousandth on the wrong side does not.
import { describe, expect, test } from "vitest";
import { account } from "../../../src/privacy/accounting/account.ts";
import { compose } from "../../../src/privacy/accounting/algebra/compose.ts";
import type { PrivacyEvent } from "../../../src/privacy/accounting/algebra/types.ts";
import { calibrate } from "../../../src/privacy/calibration/calibrate.ts";
import { dpSgdNoise, dpSgdSampling, dpSgdSteps } from "../../../src/privacy/calibration/dp-sgd.ts";
import { gaussianSigma } from "../../../src/privacy/calibration/gaussian.ts";
import { discreteLaplaceScale, laplaceScale } from "../../../src/privacy/calibration/laplace.ts";
import { formatRational, rational, toNumber } from "../../../src/privacy/rational.ts";
import { l1Sensitivity, type Neighbouring } from "../../../src/privacy/units.ts";

const neighbouring = "add-or-remove-one";
const target = { epsilon: 1, delta: 1e-6 };

interface Row {
  readonly what: string;
  readonly relation?: Neighbouring;
  readonly better?: "smaller";
  readonly event: (parameter: number) => PrivacyEvent;
}

const gaussian = (noiseMultiplier: number) => ({ mechanism: "gaussian", noiseMultiplier }) as const;
const rows: readonly Row[] = [
  {
    what: "different Gaussians and a Laplace",
    event: (x) =>
      compose(neighbouring, [
        { event: gaussian(x), count: 10 },
        { event: gaussian(3 * x) },
        { event: { mechanism: "laplace", noiseMultiplier: 20 } },
      ]),
  },
  { what: "sampled Laplace", event: (x) => sampled({ mechanism: "laplace", noiseMultiplier: x }) },
  {
    what: "a local epsilon before shuffling",
    relation: "replace-one",
    better: "smaller",
    event: (localEpsilon) => ({ mechanism: "shuffled", localEpsilon, reports: 1000 }),
  },
  { what: "sigma of tree sums", relation: "zero-out", event: (x) => treeOf(x) },
  {
    what: "a sample without replacement, which Rényi divergences alone bound",
    relation: "replace-one",
    event: (x) => ({
      mechanism: "sampled-without-replacement",
      populationSize: 1000,
      sampleSize: 10,
      event: gaussian(x),
    }),
  },
];

function sampled(event: PrivacyEvent<"add-or-remove-one">): PrivacyEvent {
  return { mechanism: "poisson-sampled", probability: 0.1, event };
}

function treeOf(noiseMultiplier: number): PrivacyEvent {
  return { mechanism: "tree-aggregation", noiseMultiplier, stepCounts: [100] };
}

describe("any event", () => {
  test.each(rows.map((row) => [row.what, row] as const))("%s", (_, { relation = neighbouring, better, event }) => {
    const request = { neighbouring: relation as Neighbouring, target, event };
    const found = calibrate(better === undefined ? request : { ...request, better });
    const epsilonAt = (parameter: number) =>
      account<Neighbouring>({ event: event(parameter), neighbouring: relation }, { delta: target.delta });
    expect(epsilonAt(found.parameter).upper).toBeLessThanOrEqual(target.epsilon);
    expect(found.guarantee.upper).toBeLessThanOrEqual(target.epsilon);
    expect(found.event).toEqual(event(found.parameter));
    const worse = found.parameter * (better === undefined ? 1 - 1e-3 : 1 + 1e-3);
    const beyond = epsilonAt(worse);
    expect(beyond.upper).toBeGreaterThan(target.epsilon);
    if (found.refuted !== undefined) expect(epsilonAt(found.refuted).upper).toBeGreaterThan(target.epsilon);
  });

  test("plain Gaussian noise comes out as the closed form's", () => {
    for (const wanted of [target, { epsilon: 0, delta: 1e-3 }]) {
      const { parameter } = calibrate({ neighbouring, target: wanted, event: gaussian });
      const exact = gaussianSigma(wanted);
      expect(parameter).toBeGreaterThanOrEqual(exact * (1 - 1e-12));
      expect(parameter).toBeLessThan(exact * (1 + 1.01e-4));
    }
  });

  test("only the accountants that are named certify", () => {
    const event = (x: number) => sampled(gaussian(x));
    const [tight, loose] = [["pld"], ["rdp"]].map((accountants) =>
      calibrate({ neighbouring, target, event, accountants: accountants as ["pld"] }),
    );
    expect([tight?.guarantee.accountant, loose?.guarantee.accountant]).toEqual(["pld", "rdp"]);
    expect(loose?.parameter).toBeGreaterThan((tight?.parameter ?? 0) * 1.01);
  });

  test("what nothing in the range meets is refused, and so is what nobody can bound", () => {
    const event = (x: number): PrivacyEvent => gaussian(x);
    expect(() => calibrate({ neighbouring, target, event, range: [0.1, 1] })).toThrow(/no parameter from 0.1 to 1/);
    const rounds = (x: number) =>
      compose("replace-one", [{ event: { mechanism: "shuffled", localEpsilon: x, reports: 10 }, count: 2 }]);
    const atZero = { epsilon: 0, delta: 1e-6 };
    expect(() => calibrate({ neighbouring: "replace-one", target: atZero, event: rounds })).toThrow(/no accountant/);
    expect(() => calibrate({ neighbouring, target: { epsilon: 1, delta: 0 }, event })).toThrow(/delta must lie/);
  });
});

describe("DP-SGD", () => {
  const plan = {
    neighbouring,
    target: { epsilon: 2, delta: 1e-6 },
    sampling: 0.01,
    steps: 1000,
    noiseMultiplier: 1,
  } as const;
  const epsilonOf = (noiseMultiplier: number, sampling: number, count: number) => {
    const event = { mechanism: "poisson-sampled", probability: sampling, event: gaussian(noiseMultiplier) } as const;
    return account(
      { event: compose(neighbouring, [{ event, count }]), neighbouring },
      { delta: 1e-6 },
      { width: 1e-5 },
    );
  };

  test("noise, steps and sampling rate meet the target, each as closely as it can", () => {
    const noise = dpSgdNoise(plan).parameter;
    expect(epsilonOf(noise, 0.01, 1000).upper).toBeLessThanOrEqual(2 * (1 + 1e-5));
    expect(epsilonOf(noise * (1 - 2e-4), 0.01, 1000).lower).toBeGreaterThan(2);
    const steps = dpSgdSteps(plan).parameter;
    expect(Number.isInteger(steps)).toBe(true);
    expect(epsilonOf(1, 0.01, steps).upper).toBeLessThanOrEqual(2 * (1 + 1e-5));
    expect(epsilonOf(1, 0.01, Math.ceil(steps * 1.001) + 1).lower).toBeGreaterThan(2);
    const sampling = dpSgdSampling(plan).parameter;
    expect(epsilonOf(1, sampling, 1000).upper).toBeLessThanOrEqual(2 * (1 + 1e-5));
    expect(epsilonOf(1, sampling * 1.001, 1000).lower).toBeGreaterThan(2);
  });

  test("the guarantee is account's own, with the options that come with it", () => {
    const { event, guarantee, options } = dpSgdNoise({ ...plan, target: { epsilon: 0.1, delta: 1e-6 } });
    expect(account({ event, neighbouring }, { delta: 1e-6 }, options)).toEqual(guarantee);
    expect(guarantee.upper).toBeLessThanOrEqual(0.1);
  });

  test("steps that nobody counted are refused", () => {
    for (const steps of [undefined, null, 0, 1.5, "9"])
      expect(() => dpSgdNoise({ ...plan, steps: steps as number })).toThrow("the number of steps must be whole");
  });

  test("a target that one step misses is refused", () => {
    expect(() => dpSgdSteps({ ...plan, noiseMultiplier: 0.1, sampling: 0.5 })).toThrow(/no parameter from 1/);
  });
});

describe("Laplace", () => {
  test.each([1, 10, 200])("%i queries: never more than basic composition, and proved", (queries) => {
    const { scale, refuted } = laplaceScale(target, { queries });
    expect(scale).toBeLessThanOrEqual(queries * (1 + 1e-14));
    expect(refuted).toBeGreaterThan(scale * (1 - 1e-3));
    const noise = { mechanism: "laplace", noiseMultiplier: scale } as const;
    const event = compose(neighbouring, [{ event: noise, count: queries }]);
    expect(account({ event, neighbouring }, { delta: 1e-6 }).upper).toBeLessThanOrEqual(1);
    expect(laplaceScale({ epsilon: 1, delta: 0 }, { queries }).scale).toBeCloseTo(queries, 12);
  });

  test("a delta too small to save anything leaves basic composition", () => {
    const { scale } = laplaceScale({ epsilon: 50, delta: 1e-12 }, { queries: 3 });
    expect(scale).toBeCloseTo(0.06, 8);
    const event = compose(neighbouring, [{ event: { mechanism: "laplace", noiseMultiplier: scale }, count: 3 }]);
    expect(account({ event, neighbouring }, { delta: 1e-12 }).upper).toBeLessThanOrEqual(50);
    expect(toNumber(discreteLaplaceScale({ epsilon: 50, delta: 1e-12 }, l1Sensitivity(1n), "zero-out"))).toBeLessThan(
      0.0201,
    );
  });

  test("the discrete scale is an exact fraction, certified as it stands", () => {
    const sensitivity = l1Sensitivity(3n);
    const scale = discreteLaplaceScale(target, sensitivity, "replace-one", { queries: 20 });
    const event = (at: typeof scale) =>
      compose("replace-one", [
        {
          event: {
            mechanism: "discrete-laplace",
            unit: "member",
            neighbouring: "replace-one",
            sensitivity: { norm: "l1", bound: "3" },
            scale: formatRational(at),
          },
          count: 20,
        },
      ]);
    const upper = (at: typeof scale) =>
      account({ event: event(at), neighbouring: "replace-one" }, { delta: 1e-6 }).upper;
    expect(upper(scale)).toBeLessThanOrEqual(1);
    expect(upper(rational(scale.num * 999n, scale.den * 1000n))).toBeGreaterThan(1);
    expect(scale.den & (scale.den - 1n)).toBe(0n);
    expect(toNumber(discreteLaplaceScale({ epsilon: 1, delta: 0 }, sensitivity, "zero-out"))).toBeCloseTo(3, 3);
  });

  test.each([0, 1.5, -1, Number.NaN])("%f queries are refused", (queries) => {
    expect(() => laplaceScale(target, { queries })).toThrow(/number of queries/);
  });
});
