// Samples and selections of mechanisms on tiny domains.
import { gaussian, laplace, type OracleCase, response, responseLaws } from "./cases.ts";
import * as laws from "./laws.ts";

const here = "add-or-remove-one";
const there = "replace-one";

/** n records with the noisy sum of a uniform m of them; all others are 0, so that one's being in it is all that counts. */
const sampledSum = (q: number, sigma: number, signs: readonly [number, number]) =>
  laws.binned(
    laws.mixed([q, laws.normal(signs[0] / sigma)], [1 - q, laws.normal(0)]),
    laws.mixed([q, laws.normal(signs[1] / sigma)], [1 - q, laws.normal(0)]),
    12 + 1 / sigma,
  );

const samples: readonly OracleCase[] = [0.02, 0.5, 0.98].flatMap((q): OracleCase[] =>
  [0.5, 2].flatMap((s): OracleCase[] => [
    {
      neighbouring: here,
      event: { mechanism: "poisson-sampled", probability: q, event: gaussian(s) },
      laws: sampledSum(q, s, [1, 0]),
      worst: true,
    },
    {
      neighbouring: there,
      event: { mechanism: "poisson-sampled", probability: q, event: gaussian(s) },
      laws: sampledSum(q, s, [1, -1]),
      worst: true,
    },
    {
      neighbouring: there,
      event: {
        mechanism: "sampled-without-replacement",
        populationSize: 50,
        sampleSize: 50 * q,
        event: gaussian(s),
      },
      laws: sampledSum(q, s, [1, -1]),
    },
    {
      neighbouring: there,
      event: { mechanism: "sampled-without-replacement", populationSize: 50, sampleSize: 50 * q, event: laplace(s) },
      laws: laws.binned(
        laws.mixed([q, laws.laplace(1, s)], [1 - q, laws.laplace(0, s)]),
        laws.mixed([q, laws.laplace(-1, s)], [1 - q, laws.laplace(0, s)]),
        25 * s,
      ),
    },
    {
      neighbouring: here,
      event: {
        mechanism: "truncated-subsampled-gaussian",
        populationSize: 3,
        probability: q,
        truncatedBatchSize: 2,
        noiseMultiplier: s,
      },
      laws: truncatedOfThree(q, s),
    },
  ]),
);

/** Two other records of 0; a batch of three loses one of them at random. */
function truncatedOfThree(q: number, s: number): laws.Laws {
  const stays = q * (1 - q * q) + (q * q * q * 2) / 3;
  return laws.binned(laws.mixed([stays, laws.normal(1 / s)], [1 - stays, laws.normal(0)]), laws.normal(0), 12 + 1 / s);
}

const inner = [
  { event: gaussian(1), laws: laws.binned(laws.normal(1), laws.normal(0), 12) },
  { event: gaussian(5), laws: laws.binned(laws.normal(0.2), laws.normal(0), 12) },
] as const;

const selections: readonly OracleCase[] = inner.flatMap(({ event, laws: one }): OracleCase[] => [
  ...[1e-9, 0.01, 0.3, 0.9, 1, 1.1, 4, 50].map(
    (mean): OracleCase => ({
      neighbouring: here,
      event: { mechanism: "repeat-and-select", event, mean, shape: "poisson" },
      laws: laws.best(one, laws.poissonRuns(mean)),
    }),
  ),
  ...[-0.9, -0.5, 0, 0.5, 1, 3].flatMap((shape) =>
    [0.999, 0.5, 0.02].map((gamma): OracleCase => {
      const { mean, f } = laws.negativeBinomial(shape, gamma);
      return {
        neighbouring: here,
        event: { mechanism: "repeat-and-select", event, mean, shape },
        laws: laws.best(one, f),
      };
    }),
  ),
]);

const bestOfResponses: OracleCase = {
  neighbouring: there,
  event: { mechanism: "repeat-and-select", event: response(0.5, 2), mean: 0.01, shape: "poisson" },
  laws: laws.best(responseLaws(0.5, 2), laws.poissonRuns(0.01)),
};

export const sampledCases: readonly OracleCase[] = [...samples, ...selections, bestOfResponses];
