// Real mechanisms on tiny domains, enumerated, beside the events that describe them.
import type { PrivacyEvent } from "../../../../src/privacy/accounting/algebra/types.ts";
import type { Neighbouring } from "../../../../src/privacy/units.ts";
import * as laws from "./laws.ts";

export interface OracleCase {
  readonly neighbouring: Neighbouring;
  readonly event: PrivacyEvent;
  readonly laws: laws.Laws;
  /** The enumerated instance is the worst there is: bounds must not only hold but be near. */
  readonly worst?: boolean;
}

const here = "add-or-remove-one";
const there = "replace-one";
export const gaussian = (noiseMultiplier: number) => ({ mechanism: "gaussian", noiseMultiplier }) as const;
export const laplace = (noiseMultiplier: number) => ({ mechanism: "laplace", noiseMultiplier }) as const;
export const response = (probability: number, buckets: number) =>
  ({ mechanism: "randomized-response", probability, buckets }) as const;
const plainNormal = (mu: number) => laws.binned(laws.normal(mu), laws.normal(0), 10 + mu);
export const responseLaws = (p: number, k: number): laws.Laws => {
  const row = (own: number) => Array.from({ length: k }, (_, i) => p / k + (i === own ? 1 - p : 0));
  return [row(0), row(1)];
};

const noise: readonly OracleCase[] = [
  ...[0.3, 1, 4, 30].flatMap((s): OracleCase[] => [
    { neighbouring: here, event: gaussian(s), laws: plainNormal(1 / s), worst: true },
    { neighbouring: there, event: gaussian(s), laws: plainNormal(2 / s), worst: true },
    { neighbouring: here, event: { mechanism: "gdp", mu: 1 / s }, laws: plainNormal(1 / s), worst: true },
    {
      neighbouring: here,
      event: laplace(s),
      laws: laws.binned(laws.laplace(1, s), laws.laplace(0, s), 25 * s, 50_000),
      worst: true,
    },
    // The same seen by a zCDP accountant, that knows rho alone.
    { neighbouring: here, event: { mechanism: "zcdp", rho: 1 / (2 * s * s) }, laws: plainNormal(1 / s) },
  ]),
  {
    neighbouring: "zero-out",
    event: { mechanism: "tree-aggregation", noiseMultiplier: 2, stepCounts: [4] },
    // A leaf of a full tree of four moves three nodes.
    laws: plainNormal(Math.sqrt(3) / 2),
    worst: true,
  },
  {
    neighbouring: here,
    event: {
      mechanism: "mixture-of-gaussians",
      standardDeviation: 1.5,
      sensitivities: [0, 1, 2],
      probabilities: [0.5, 0.3, 0.2],
    },
    laws: laws.binned(
      laws.mixed([0.5, laws.normal(0)], [0.3, laws.normal(1 / 1.5)], [0.2, laws.normal(2 / 1.5)]),
      laws.normal(0),
      12,
    ),
    worst: true,
  },
];

const stated = { unit: "member", neighbouring: here } as const;
const poissonMass = (mean: number, k: number) => {
  let mass = Math.exp(-mean);
  for (let i = 1; i <= k; i++) mass *= mean / i;
  return mass;
};
const skellamMass = (mean: number) => (k: number) => {
  let sum = 0;
  for (let j = 0; j < 60; j++) sum += poissonMass(mean, j + Math.abs(k)) * poissonMass(mean, j);
  return sum;
};
const discreteNormal = (variance: number) => (k: number) => Math.exp((-k * k) / (2 * variance));
/** Two shares' sum of discrete normal noise, and the vector that changes by 1. */
const twoShares = (): laws.Laws => {
  const reach = 40;
  const ks = Array.from({ length: 2 * reach + 1 }, (_, i) => i - reach);
  const weights = ks.map(discreteNormal(4));
  const total = weights.reduce((a, b) => a + b, 0);
  const one = weights.map((x) => x / total);
  const sum = laws.convolved(one, one);
  return [
    [0, ...sum],
    [...sum, 0],
  ];
};
const share = { clients: 3, dropouts: 1, dimension: 1, sensitivities: { l1: 1, l2: 1 } } as const;

const integers: readonly OracleCase[] = [
  ...[0.5, 2, 9].flatMap((t): OracleCase[] => [
    {
      neighbouring: here,
      event: {
        mechanism: "discrete-laplace",
        ...stated,
        sensitivity: { norm: "l1", bound: "3" },
        scale: t < 1 ? "1/2" : `${t}`,
      },
      laws: laws.shifted((k) => Math.exp(-Math.abs(k) / t), 3, 40 * Math.ceil(t)),
      worst: true,
    },
    {
      neighbouring: here,
      event: {
        mechanism: "discrete-gaussian",
        ...stated,
        sensitivity: { norm: "l2-squared", bound: "1" },
        sigmaSquared: t < 1 ? "1/2" : `${t}`,
      },
      laws: laws.shifted(discreteNormal(t), 1, 40 * Math.ceil(t)),
      worst: true,
    },
  ]),
  {
    neighbouring: here,
    event: { mechanism: "skellam", ...stated, sensitivities: { l1: "1", l2Squared: "1" }, mu: "4" },
    laws: laws.shifted(skellamMass(2), 1, 30),
  },
  {
    neighbouring: here,
    event: { mechanism: "distributed-skellam", localVariance: "2", ...share },
    laws: laws.shifted(skellamMass(2), 1, 30),
  },
  {
    neighbouring: here,
    event: { mechanism: "distributed-discrete-gaussian", localVariance: "4", ...share },
    laws: twoShares(),
  },
];

const rr = responseLaws(0.4, 3);
/** (ε, δ)'s worst mechanism: fails openly or answers by randomised response. */
const failing = (epsilon: number, delta: number): laws.Laws => {
  const right = (1 - delta) / (1 + Math.exp(-epsilon));
  return [
    [delta, right, 1 - delta - right, 0],
    [0, 1 - delta - right, right, delta],
  ];
};
/** (1 - q) the other law. */
const thinned = (q: number, [p, other]: laws.Laws): laws.Laws => [
  p.map((x, i) => q * x + (1 - q) * (other[i] as number)),
  other,
];

const exponentials = (epsilon: number, a: readonly number[], b: readonly number[]): laws.Laws => {
  const law = (utilities: readonly number[]) => {
    const weights = utilities.map((u) => Math.exp((epsilon * u) / 2));
    const total = weights.reduce((x, y) => x + y, 0);
    return weights.map((x) => x / total);
  };
  return [law(a), law(b)];
};
/** Candidates in random order, each kept with its chance e^(ε(u - best)/2). */
const flips = (epsilon: number, utilities: readonly number[]): number[] => {
  const top = Math.max(...utilities);
  const keep = utilities.map((u) => Math.exp((epsilon * (u - top)) / 2));
  const result = utilities.map(() => 0);
  const walk = (left: readonly number[], chance: number) => {
    for (const i of left) {
      const here = chance / left.length;
      result[i] = (result[i] as number) + here * (keep[i] as number);
      walk(
        left.filter((j) => j !== i),
        here * (1 - (keep[i] as number)),
      );
    }
  };
  walk([...utilities.keys()], 1);
  return result;
};

/** Three shuffled reports of binary randomised response: how many say 1. */
const shuffled = (epsilon: number): laws.Laws => {
  const right = 1 / (1 + Math.exp(-epsilon));
  const others = laws.convolved([right, 1 - right], [right, 1 - right]);
  return [laws.convolved([1 - right, right], others), laws.convolved([right, 1 - right], others)];
};

const choices: readonly OracleCase[] = [
  { neighbouring: there, event: response(0.4, 3), laws: rr, worst: true },
  {
    neighbouring: "zero-out",
    event: response(0.4, 3),
    laws: [rr[0], [1 / 3, 1 / 3, 1 / 3]],
    worst: true,
  },
  ...[0, 1e-3].flatMap((delta): OracleCase[] => [
    {
      neighbouring: here,
      event: { mechanism: "epsilon-delta", epsilon: 1, delta },
      laws: failing(1, delta),
      worst: true,
    },
    ...[0.05, 0.9].map(
      (q): OracleCase => ({
        neighbouring: here,
        event: {
          mechanism: "poisson-sampled",
          probability: q,
          event: { mechanism: "epsilon-delta", epsilon: 1, delta },
        },
        laws: thinned(q, failing(1, delta)),
      }),
    ),
  ]),
  ...[0.2, 1, 3].flatMap((epsilon): OracleCase[] => [
    {
      neighbouring: here,
      event: { mechanism: "exponential", epsilon },
      laws: exponentials(epsilon, [1, 0, 0], [0, 1, 1]),
    },
    {
      neighbouring: here,
      event: { mechanism: "permute-and-flip", epsilon },
      laws: [flips(epsilon, [1, 0, 0]), flips(epsilon, [0, 1, 1])],
    },
    {
      neighbouring: there,
      event: { mechanism: "shuffled", localEpsilon: epsilon, reports: 3 },
      laws: shuffled(epsilon),
    },
  ]),
];

/** Two different mechanisms at once. */
const composed: OracleCase = {
  neighbouring: there,
  event: {
    mechanism: "composed",
    parts: [
      { count: "2", event: response(0.4, 3) },
      { count: "1", event: { mechanism: "epsilon-delta", epsilon: 0.7, delta: 1e-4 } },
    ],
  },
  laws: laws.both(laws.both(rr, rr), failing(0.7, 1e-4)),
  worst: true,
};

export const plainCases: readonly OracleCase[] = [...noise, ...integers, ...choices, composed];
