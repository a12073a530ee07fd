// One plausible event of every mechanism, the relation it is about, and which way a little more of each input moves
// what it costs: +1 up, -1 down, 0 not at all.
import type { Neighbouring } from "../../../src/privacy/units.ts";

export interface Example {
  readonly neighbouring: Neighbouring;
  // biome-ignore lint/suspicious/noExplicitAny: tests change single fields of many types.
  readonly event: any;
  readonly knobs: Readonly<Record<string, number>>;
}

const share = { localVariance: "900", clients: 100, dropouts: 10, dimension: 64, sensitivities: { l1: 400, l2: 100 } };
const stated = { unit: "member", neighbouring: "zero-out" } as const;
const gaussian = { mechanism: "gaussian", noiseMultiplier: 2 } as const;

export const examples: readonly Example[] = [
  { neighbouring: "add-or-remove-one", event: gaussian, knobs: { noiseMultiplier: -1 } },
  { neighbouring: "replace-one", event: { mechanism: "laplace", noiseMultiplier: 5 }, knobs: { noiseMultiplier: -1 } },
  {
    neighbouring: "zero-out",
    event: { mechanism: "discrete-laplace", ...stated, sensitivity: { norm: "l1", bound: "100" }, scale: "701/2" },
    knobs: { "sensitivity.bound": 1, scale: -1 },
  },
  {
    neighbouring: "zero-out",
    event: {
      mechanism: "discrete-gaussian",
      ...stated,
      sensitivity: { norm: "l2-squared", bound: "100" },
      sigmaSquared: "901",
    },
    knobs: { "sensitivity.bound": 1, sigmaSquared: -1 },
  },
  {
    neighbouring: "zero-out",
    event: { mechanism: "skellam", ...stated, sensitivities: { l1: "400", l2Squared: "10000" }, mu: "90000" },
    knobs: { "sensitivities.l1": 1, "sensitivities.l2Squared": 1, mu: -1 },
  },
  {
    neighbouring: "add-or-remove-one",
    event: { mechanism: "distributed-discrete-gaussian", ...share },
    knobs: { localVariance: -1, clients: -1, dropouts: 1, "sensitivities.l2": 1 },
  },
  {
    neighbouring: "zero-out",
    event: { mechanism: "distributed-skellam", ...share },
    knobs: { localVariance: -1, clients: -1, dropouts: 1, "sensitivities.l1": 1, "sensitivities.l2": 1, dimension: 0 },
  },
  {
    neighbouring: "replace-one",
    event: { mechanism: "randomized-response", probability: 0.7, buckets: 4 },
    knobs: { probability: -1, buckets: 1 },
  },
  {
    neighbouring: "zero-out",
    event: { mechanism: "randomized-response", probability: 0.7, buckets: 4 },
    knobs: { probability: -1, buckets: 1 },
  },
  {
    neighbouring: "add-or-remove-one",
    event: { mechanism: "epsilon-delta", epsilon: 0.4, delta: 0 },
    knobs: { epsilon: 1 },
  },
  {
    neighbouring: "replace-one",
    event: { mechanism: "epsilon-delta", epsilon: 0.4, delta: 1e-9 },
    knobs: { epsilon: 1, delta: 1 },
  },
  { neighbouring: "zero-out", event: { mechanism: "zcdp", rho: 0.05 }, knobs: { rho: 1 } },
  { neighbouring: "zero-out", event: { mechanism: "gdp", mu: 0.3 }, knobs: { mu: 1 } },
  { neighbouring: "zero-out", event: { mechanism: "exponential", epsilon: 0.5 }, knobs: { epsilon: 1 } },
  { neighbouring: "replace-one", event: { mechanism: "permute-and-flip", epsilon: 0.5 }, knobs: { epsilon: 1 } },
  {
    neighbouring: "add-or-remove-one",
    event: { mechanism: "poisson-sampled", probability: 0.05, event: { mechanism: "gaussian", noiseMultiplier: 1 } },
    knobs: { probability: 1, "event.noiseMultiplier": -1 },
  },
  {
    neighbouring: "add-or-remove-one",
    event: { mechanism: "poisson-sampled", probability: 0.1, event: { mechanism: "laplace", noiseMultiplier: 3 } },
    knobs: { probability: 1, "event.noiseMultiplier": -1 },
  },
  {
    neighbouring: "replace-one",
    event: { mechanism: "sampled-without-replacement", populationSize: 1000, sampleSize: 100, event: gaussian },
    knobs: { populationSize: -1, sampleSize: 1, "event.noiseMultiplier": -1 },
  },
  {
    neighbouring: "replace-one",
    event: {
      mechanism: "sampled-without-replacement",
      populationSize: 1000,
      sampleSize: 100,
      event: { mechanism: "laplace", noiseMultiplier: 2 },
    },
    knobs: { populationSize: -1, sampleSize: 1, "event.noiseMultiplier": -1 },
  },
  {
    neighbouring: "zero-out",
    event: { mechanism: "tree-aggregation", noiseMultiplier: 5, stepCounts: [100, 300, 20] },
    knobs: { noiseMultiplier: -1 },
  },
  {
    neighbouring: "zero-out",
    event: { mechanism: "repeat-and-select", event: gaussian, mean: 10, shape: 0.5 },
    knobs: { mean: 1, "event.noiseMultiplier": -1 },
  },
  {
    neighbouring: "zero-out",
    event: { mechanism: "repeat-and-select", event: gaussian, mean: 10, shape: "poisson" },
    knobs: { mean: 1, "event.noiseMultiplier": -1 },
  },
  {
    neighbouring: "add-or-remove-one",
    event: {
      mechanism: "mixture-of-gaussians",
      standardDeviation: 2,
      sensitivities: [0, 1, 2],
      probabilities: [0.5, 0.3, 0.2],
    },
    knobs: { standardDeviation: -1 },
  },
  {
    neighbouring: "replace-one",
    event: {
      mechanism: "truncated-subsampled-gaussian",
      populationSize: 1000,
      probability: 0.1,
      truncatedBatchSize: 110,
      noiseMultiplier: 2,
    },
    knobs: { noiseMultiplier: -1, probability: 1 },
  },
  {
    neighbouring: "replace-one",
    event: { mechanism: "shuffled", localEpsilon: 1, reports: 1000 },
    knobs: { localEpsilon: 1, reports: -1 },
  },
  { neighbouring: "zero-out", event: { mechanism: "no-op" }, knobs: {} },
  { neighbouring: "zero-out", event: { mechanism: "non-private" }, knobs: {} },
];

/** A copy of `event` with the field at a dotted path replaced. */
export function withField(event: unknown, path: string, change: (value: unknown) => unknown): never {
  const copy = structuredClone(event) as Record<string, unknown>;
  const names = path.split(".");
  const last = names.pop() as string;
  const holder = names.reduce((at, name) => at[name] as Record<string, unknown>, copy);
  holder[last] = change(holder[last]);
  return copy as never;
}

/** One per cent more; whole numbers and decimal texts move by at least one. */
export function more(value: unknown): unknown {
  if (typeof value === "number") return Number.isInteger(value) && value > 2 ? Math.ceil(value * 1.01) : value * 1.01;
  const [num, den] = String(value).split("/");
  return `${(BigInt(num as string) * 101n) / 100n + 1n}${den === undefined ? "" : `/${den}`}`;
}
