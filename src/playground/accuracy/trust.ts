// One count, three ways to trust: how exact it is, and who sees what on the way. Standard deviations are those of the exact laws.
import { curveFigure, type Figure } from "../../figures/index.ts";
import {
  discreteLaplace,
  distributionOf,
  l1Sensitivity,
  randomizedResponse,
  rational,
  toNumber,
  twoSidedQuantile,
} from "../../privacy/index.ts";

export interface TrustMode {
  readonly name: string;
  readonly privateUnless: string;
  readonly seen: readonly { readonly who: string; readonly what: string }[];
  /** Half of the interval that holds 95 % of the noise on a count of `members`. */
  halfWidth(members: number): number;
}

/** @param epsilon a decimal from 0.01 to 20: of each party that adds noise, and of a device's own report */
export function trustModes(epsilon: string): readonly TrustMode[] {
  const exact = fractionOf(epsilon);
  const noise = discreteLaplace({ epsilon: exact, sensitivity: l1Sensitivity(1n) });
  const [one, two] = ([1, 2] as const).map((draws) => twoSidedQuantile(distributionOf(noise.law(draws)), 0.95));
  const response = randomizedResponse({ buckets: 2, neighbouring: "replace-one", epsilon: exact });
  const [truth, other] = [toNumber(response.truth), toNumber(response.other)];
  return [
    {
      name: "One trusted party",
      privateUnless: "whoever holds the data looks, is broken into, or is ordered to hand it over",
      seen: [
        { who: "The party", what: "every member's value" },
        { who: "The analyst", what: "the count with its noise" },
      ],
      halfWidth: () => one as number,
    },
    {
      name: "Two aggregators",
      privateUnless: "both aggregators collude",
      seen: [
        { who: "Coordinator", what: "one share of each report, which is uniform; its own noised sum" },
        { who: "Helper", what: "the other share, also uniform; its own noised sum" },
        { who: "The analyst", what: "the count with both parties' noise" },
      ],
      halfWidth: () => two as number,
    },
    {
      name: "Nobody (local noise)",
      privateUnless: "the device itself is not honest",
      seen: [
        { who: "Whoever collects", what: `an answer that is a lie ${(100 * other).toFixed(0)} times in 100` },
        { who: "The analyst", what: "the lies taken out on average, with what noise they leave" },
      ],
      // The sum of n reports has variance n·p·(1-p), and is divided by p - (1-p).
      halfWidth: (members) => (1.96 * Math.sqrt(members * truth * other)) / (truth - other),
    },
  ];
}

/** Exact: "0.1" is a tenth. */
function fractionOf(decimal: string) {
  const [, whole = "0", digits = ""] = /^(\d+)(?:\.(\d+))?$/.exec(decimal) ?? [];
  return rational(BigInt(whole + digits), 10n ** BigInt(digits.length));
}

const COHORTS = [30, 100, 300, 1000, 3000, 10_000, 30_000, 100_000];

export function trustFigure(modes: readonly TrustMode[], epsilon: string): Figure {
  return curveFigure(
    {
      id: "trust-modes",
      title: `The same count under three kinds of trust, ε = ${epsilon}`,
      x: { title: "members", scale: "log" },
      y: { title: "± of 95 % of the noise, members", scale: "log" },
      each: "Trusted",
    },
    modes.map(({ name, halfWidth }) => ({ name, points: COHORTS.map((x) => ({ x, y: halfWidth(x) })) })),
  );
}
