// How many draws of exact noise a second, one thread, from the operating system's CSPRNG, as an aggregator draws them: whole
// vectors through `drawNoise`. Scales on both sides of the fast paths; the floors are those of the narrowest promise.
import { nodeEntropy } from "../src/platform/node/index.ts";
import {
  discreteGaussian,
  discreteLaplace,
  l1Sensitivity,
  l2SquaredSensitivity,
  type Rational,
  rational,
  skellam,
} from "../src/privacy/index.ts";
import { type Bench, type Floor, local, measure, type Row } from "./harness.ts";

const cells = 10_000;
const [l1, l2Squared] = [l1Sensitivity(1n), l2SquaredSensitivity(1n)];

const inverse = ({ num, den }: Rational) => rational(den, num);

type Draw = { drawNoise(entropy: typeof nodeEntropy, length: number): bigint[] };

const kinds: readonly (readonly [name: string, make: (parameter: Rational) => Draw, atLeast: number, Rational[]])[] = [
  [
    "discrete Laplace, scale",
    (scale) => discreteLaplace({ epsilon: inverse(scale), sensitivity: l1 }),
    1_000_000,
    [rational(7n, 5n), rational(1000n), rational(10n ** 12n + 1n, 10n ** 12n)],
  ],
  [
    "discrete Gaussian, σ²",
    (sigmaSquared) => discreteGaussian({ sigmaSquared, sensitivity: l2Squared }),
    300_000,
    [rational(49n, 4n), rational(10_000n), rational(10n ** 15n + 1n, 10n ** 15n)],
  ],
  [
    "Skellam, μ",
    (mu) => skellam({ mu, neighbouring: "zero-out", sensitivities: { l1, l2Squared } }),
    300_000,
    [rational(4n), rational(1000n), rational(10n ** 12n, 3n)],
  ],
];

const jobs = kinds.flatMap(([name, make, atLeast, parameters]) =>
  parameters.map((parameter) => ({
    name: `${name} ${parameter.num}${parameter.den === 1n ? "" : `/${parameter.den}`}`,
    mechanism: make(parameter),
    atLeast,
  })),
);

export const samplersBench: Bench = {
  async rows(): Promise<Row[]> {
    const contenders = jobs.map(({ name, mechanism }) => local(name, () => mechanism.drawNoise(nodeEntropy, cells)));
    const timings = await measure(contenders);
    return timings.map(({ name, seconds }) => ({ name, value: cells / seconds, unit: "draws/s", status: "measured" }));
  },
  floors: Object.fromEntries(jobs.map(({ name, atLeast }): [string, Floor] => [name, { of: "value", atLeast }])),
};
