// From events to dominating pairs: what each mechanism's loss is, in either direction. An event without a proven pair is
// refused.
import { fail, isPacelineError } from "../../../base/errors.ts";
import { discreteGaussianParameters } from "../../mechanisms/discrete-gaussian/event.ts";
import { discreteLaplaceParameters } from "../../mechanisms/discrete-laplace/event.ts";
import { logBinomial } from "../../numeric/gamma.ts";
import { toNumber } from "../../rational.ts";
import type { Neighbouring } from "../../units.ts";
import { type Run, runsOf } from "../algebra/compose.ts";
import type { PrivacyEvent, TruncatedSubsampledGaussianEvent } from "../algebra/types.ts";
import { asGuarantee } from "../guarantees.ts";
import { rhoOfTree } from "../tree.ts";
import { type LossPair, reversed } from "./loss-pair.ts";
import { epsilonDeltaPair, nulledResponsePair, replacedResponsePair } from "./pairs/atoms.ts";
import { discreteGaussianPair, discreteLaplacePair } from "./pairs/discrete.ts";
import { boundedRangePair, laplacePair } from "./pairs/exponential.ts";
import { gaussianMixturePair, gaussianPair, replacedGaussianPair } from "./pairs/gaussian.ts";
import { blendedPair, poissonPair } from "./pairs/poisson.ts";
import type { Part } from "./tilt.ts";
import { listedMax } from "./work.ts";

/** A plan as pairs: all normal noise in one µ, everything else by itself. */
export interface Plan {
  /** Either direction apart; the second is missing when it is the same. */
  readonly directions: readonly (readonly Part[])[];
  /** A part without any privacy is in it. */
  readonly open: boolean;
  /** Every pair is that of a real mechanism's two outputs, not only one that dominates a class of them. */
  readonly tight: boolean;
}

export interface PartOptions {
  /** Discrete Gaussian noise: the contribution changes in one cell only. Then, and for a bound of 1, its loss is known. */
  readonly cells?: "one" | "many";
}

/** @throws PacelineError unsupported for an event that has no proven dominating pair. */
export function planOf(runs: readonly Run[], neighbouring: Neighbouring, options: PartOptions): Plan {
  let [muSquared, listed, open, tight] = [0, 0, false, true];
  const parts: Part[] = [];
  for (const { event: one, count } of runs) {
    const { found, exact } = knownLoss(one, neighbouring, options);
    if (!exact) tight = false;
    if (found === "everything") open = true;
    else if (typeof found === "number") muSquared += count * found * found;
    else if (found !== "nothing") parts.push({ pair: found, count });
    if (typeof found === "object") listed += found.listed ?? 0;
  }
  if (listed > listedMax) refuse("so many outcomes of discrete Gaussian noise");
  // A composition of normal noise is normal noise (Dong, Roth, Su 2022, Corollary 3.3).
  if (muSquared > 0) parts.push({ pair: gaussianPair(Math.sqrt(muSquared)), count: 1 });
  const symmetric = parts.every(({ pair }) => pair.symmetric);
  const directions = symmetric ? [parts] : [parts, parts.map(({ pair, count }) => ({ pair: reversed(pair), count }))];
  return { directions, open, tight };
}

/** The loss itself, or of samples whose loss is not known that of their guarantee. */
function knownLoss(
  event: Run["event"],
  neighbouring: Neighbouring,
  options: PartOptions,
): { found: Loss; exact: boolean } {
  try {
    const found = lossOf(event as PrivacyEvent, neighbouring, options);
    return { found, exact: !looseMechanisms.has(event.mechanism) };
  } catch (error) {
    const sample = event.mechanism === "poisson-sampled" || event.mechanism === "sampled-without-replacement";
    const known = sample && isPacelineError(error) ? asGuarantee(event, neighbouring) : undefined;
    if (known === undefined) throw error;
    return { found: lossOf(known, neighbouring, options), exact: false };
  }
}

/** Their pairs dominate every instance, but composed they are more than any instance tells. */
const looseMechanisms: ReadonlySet<string> = new Set([
  "exponential",
  "permute-and-flip",
  "truncated-subsampled-gaussian",
]);

/** A pair; a number µ for N(µ, 1) against N(0, 1); or that nothing, or everything, is told. */
type Loss = LossPair | number | "nothing" | "everything";

const supported =
  "gaussian, gdp, laplace, discrete-laplace, discrete-gaussian (one cell), randomized-response, epsilon-delta, exponential, " +
  "permute-and-flip, tree-aggregation, mixture-of-gaussians, truncated-subsampled-gaussian, compositions of these, and " +
  "poisson-sampled noise";

function refuse(what: string): never {
  return fail("unsupported", `the privacy loss of ${what} is not known exactly`, {
    hint: `Loss distributions cover ${supported}. The RDP and zCDP accountants bound more.`,
  });
}

function lossOf(event: PrivacyEvent, neighbouring: Neighbouring, options: PartOptions): Loss {
  const sensitivity = neighbouring === "replace-one" ? 2 : 1;
  switch (event.mechanism) {
    case "gaussian":
      return sensitivity / event.noiseMultiplier;
    case "gdp":
      return event.mu;
    case "tree-aggregation":
      // One Gaussian release.
      return Math.sqrt(2 * rhoOfTree(event));
    case "laplace":
      return laplacePair(sensitivity / event.noiseMultiplier);
    case "permute-and-flip":
      return laplacePair(event.epsilon);
    case "exponential":
      return boundedRangePair(event.epsilon);
    case "epsilon-delta":
      return event.epsilon === 0 && event.delta === 0 ? "nothing" : epsilonDeltaPair(event.epsilon, event.delta);
    case "zcdp":
      return event.rho === 0 ? "nothing" : refuse("a mechanism of which only zCDP is known");
    case "discrete-laplace":
      return discreteLaplace(event);
    case "discrete-gaussian":
      return discreteGaussian(event, options);
    case "randomized-response":
      if (event.probability === 1) return "nothing";
      return neighbouring === "zero-out"
        ? nulledResponsePair(event.probability, event.buckets)
        : replacedResponsePair(event.probability, event.buckets);
    case "mixture-of-gaussians":
      return mixture(event.standardDeviation, event.sensitivities, event.probabilities);
    case "poisson-sampled":
      return sampled(event.probability, event.event, neighbouring, options);
    case "truncated-subsampled-gaussian":
      return truncated(event, neighbouring);
    case "no-op":
      return "nothing";
    case "non-private":
      return "everything";
    default:
      return refuse(`a ${event.mechanism} event`);
  }
}

function discreteLaplace(event: { readonly mechanism: "discrete-laplace" }): LossPair {
  const { sensitivity, scale } = discreteLaplaceParameters({ ...event, neighbouring: "zero-out" });
  if (sensitivity >= 1n << 52n) return refuse("discrete Laplace noise with a sensitivity of 2^52 and more");
  return discreteLaplacePair(1 / toNumber(scale), Number(sensitivity));
}

function discreteGaussian(event: { readonly mechanism: "discrete-gaussian" }, options: PartOptions): LossPair {
  const { sensitivity, sigmaSquared } = discreteGaussianParameters({ ...event, neighbouring: "zero-out" });
  if (sensitivity > 1n && options.cells !== "one")
    return refuse("discrete Gaussian noise on a vector, whose loss depends on how the change is spread over cells,");
  if (sensitivity > 1n << 40n) return refuse("discrete Gaussian noise with a sensitivity above 2^20");
  const shift = Math.floor(Math.sqrt(Number(sensitivity)));
  const pair = discreteGaussianPair(toNumber(sigmaSquared), shift);
  return pair ?? refuse("discrete Gaussian noise of so large a variance");
}

function mixture(deviation: number, sensitivities: readonly number[], probabilities: readonly number[]): Loss {
  const total = probabilities.reduce((sum, one) => sum + one, 0);
  const components = sensitivities
    .map((one, i) => ({ weight: (probabilities[i] as number) / total, mean: one / deviation }))
    .filter((one) => one.weight > 0);
  if (components.every((one) => one.mean === 0)) return "nothing";
  const [only, second] = components;
  if (only !== undefined && components.length === 1) return only.mean;
  const zero = components.find((one) => one.mean === 0);
  const other = components.find((one) => one.mean > 0);
  if (second !== undefined && components.length === 2 && zero !== undefined && other !== undefined)
    return poissonPair(gaussianPair(other.mean), other.weight);
  return gaussianMixturePair(components);
}

function sampled(probability: number, event: PrivacyEvent, neighbouring: Neighbouring, options: PartOptions): Loss {
  const inner = planOf(runsOf(event), neighbouring, options);
  const [part, more] = inner.directions[0] as readonly Part[];
  if (inner.open) return "everything";
  if (part === undefined) return "nothing";
  const normal = part.pair.lossMax === Number.POSITIVE_INFINITY && part.pair.symmetric;
  if (more !== undefined || part.count !== 1 || !part.pair.symmetric || part.pair.infinite > 0)
    return refuse("a Poisson sample of anything but one use of a symmetric noise");
  if (neighbouring !== "replace-one") return poissonPair(part.pair, probability);
  const mu = normal ? onlyMu(event) : undefined;
  return mu === undefined
    ? refuse("a Poisson sample under replace-one of anything but Gaussian noise")
    : replacedGaussianPair(mu, probability);
}

/** µ of one record's own contribution, when the event is plain Gaussian noise. */
function onlyMu(event: PrivacyEvent): number | undefined {
  const [run, more] = runsOf(event as PrivacyEvent<Neighbouring>);
  const one = run?.event as PrivacyEvent | undefined;
  return more === undefined && one?.mechanism === "gaussian"
    ? Math.sqrt(run?.count ?? 1) / one.noiseMultiplier
    : undefined;
}

/**
 * Poisson sampling cut to batches of B (arXiv 2508.15089, as dp_accounting builds it): with probability t the batch is
 * cut, and then the record may take another's place (replace-one with twice the noise's sensitivity); else it is plain
 * Poisson sampling. Which of both happened is given away.
 */
function truncated(event: TruncatedSubsampledGaussianEvent, neighbouring: Neighbouring): Loss {
  const { populationSize: n, probability: q, truncatedBatchSize: batch, noiseMultiplier } = event;
  if (q === 0) return "nothing";
  const mu = 1 / noiseMultiplier;
  const replace = neighbouring === "replace-one";
  const full = replace ? 2 * mu : mu;
  const plain = q === 1 ? gaussianPair(full) : replace ? replacedGaussianPair(mu, q) : poissonPair(gaussianPair(mu), q);
  const cut = binomialTail(n - 1, q, batch);
  if (cut === 0) return plain;
  const conditional = Math.min(1, (binomialTail(n, q, batch + 1) * batch) / cut / n);
  const swapped = conditional >= 1 ? gaussianPair(4 * mu) : replacedGaussianPair(2 * mu, conditional);
  return cut >= 1 ? swapped : blendedPair(swapped, plain, cut, binomialError(n));
}

/** P(Bin(n, q) ≥ k), relative error below binomialError(n). */
function binomialTail(n: number, q: number, k: number): number {
  if (k > n) return 0;
  if (k <= 0 || q === 1) return 1;
  const term = (j: number) => Math.exp(logBinomial(n, j) + j * Math.log(q) + (n - j) * Math.log1p(-q));
  const odds = q / (1 - q);
  // From the side that is smaller, terms fall faster than geometrically once past the mean.
  const upwards = k > n * q;
  let [sum, value] = [0, term(upwards ? k : k - 1)];
  if (upwards)
    for (let j = k; j <= n && value > sum * 1e-18; j++) {
      sum += value;
      value *= ((n - j) / (j + 1)) * odds;
    }
  else
    for (let j = k - 1; j >= 0 && value > sum * 1e-18; j--) {
      sum += value;
      value *= j / ((n - j + 1) * odds);
    }
  return upwards ? sum : 1 - sum;
}

/** Logarithms of n! are good to 1e-15 of themselves; the ratios add a few roundings a term. */
function binomialError(n: number): number {
  return 1e-12 + 8e-15 * n * Math.log(n + 2);
}
