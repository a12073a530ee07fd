// The other way round: how little privacy a wanted accuracy costs. The largest noise that keeps a count, sum or mean within
// the wanted error, and what that noise guarantees. Accuracy is estimated in floats; the noise and its price are exact.
import { fail } from "../../base/errors.ts";
import type { NanoRho } from "../accounting/nano-rho.ts";
import { distributionOf, type NoiseLaw } from "../distributions/noise-law.ts";
import {
  type DiscreteGaussianEvent,
  discreteGaussianEvent,
  rhoOfDiscreteGaussian,
} from "../mechanisms/discrete-gaussian/event.ts";
import {
  type DiscreteLaplaceEvent,
  discreteLaplaceEvent,
  rhoOfDiscreteLaplace,
} from "../mechanisms/discrete-laplace/event.ts";
import { normalQuantile } from "../numeric/normal.ts";
import { type Rational, rational } from "../rational.ts";
import { l1Sensitivity, l2SquaredSensitivity } from "../units.ts";
import { dyadicBelow } from "./grid.ts";
import { nearestGood } from "./search.ts";

/** What is answered from one noised integer cell; `bound` is the most that one member changes the cell. */
export type Statistic =
  | { readonly statistic: "count" }
  | { readonly statistic: "sum"; readonly bound: bigint }
  /** The sum over a public number of members. */
  | { readonly statistic: "mean"; readonly bound: bigint; readonly members: number };

/** In units of the answer. `level` (0.95 when left out) is how often the answer lies within the half-width of the truth. */
export type ErrorTarget =
  | { readonly standardDeviation: number }
  | { readonly halfWidth: number; readonly level?: number };

/**
 * How many aggregators add the noise on their own: the answer carries all of it, the guarantee counts one. 2 when left out, as
 * in every answer of the product; 1 for noise that one party alone adds.
 */
export type Draws = 1 | 2;

/** @returns the mechanism with the largest scale that meets the error; its price as pure epsilon and as zCDP. */
export function discreteLaplaceForError(
  statistic: Statistic,
  error: ErrorTarget,
  draws: Draws = 2,
): { readonly event: DiscreteLaplaceEvent; readonly epsilon: Rational; readonly rho: NanoRho } {
  const { bound, units } = cellOf(statistic);
  const scale = largestParameter((value) => ({ mechanism: "discrete-laplace", scale: value, draws }), error, units);
  const event = discreteLaplaceEvent(l1Sensitivity(bound), scale);
  return { event, epsilon: rational(bound * scale.den, scale.num), rho: rhoOfDiscreteLaplace(event) };
}

/** @returns the mechanism with the largest sigma² that meets the error, and its price as zCDP. */
export function discreteGaussianForError(
  statistic: Statistic,
  error: ErrorTarget,
  draws: Draws = 2,
): { readonly event: DiscreteGaussianEvent; readonly rho: NanoRho } {
  const { bound, units } = cellOf(statistic);
  const law = (value: Rational): NoiseLaw => ({ mechanism: "discrete-gaussian", sigmaSquared: value, draws });
  const event = discreteGaussianEvent(l2SquaredSensitivity(bound * bound), largestParameter(law, error, units));
  return { event, rho: rhoOfDiscreteGaussian(event) };
}

/**
 * Continuous normal noise, for planning only: sigma of each draw in units of the answer, and rho = bound²/2sigma² (mu-GDP with
 * mu = bound/sigma).
 */
export function gaussianForError(
  statistic: Statistic,
  error: ErrorTarget,
  draws: Draws = 2,
): { readonly sigma: number; readonly noiseMultiplier: number; readonly rho: number } {
  const { bound, units } = cellOf(statistic);
  const { limit, level } = checkError(error);
  const whole = level === undefined ? limit : limit / normalQuantile((1 + level) / 2);
  const sigma = whole / Math.sqrt(draws);
  const noiseMultiplier = (sigma * units) / Number(bound);
  return { sigma, noiseMultiplier, rho: 1 / (2 * noiseMultiplier ** 2) };
}

/** How much one member changes the cell, and how many units of the cell are one of the answer. */
function cellOf(statistic: Statistic): { readonly bound: bigint; readonly units: number } {
  if (statistic.statistic === "count") return { bound: 1n, units: 1 };
  if (!(typeof statistic.bound === "bigint" && statistic.bound > 0n))
    fail("invalid_argument", `how much one member changes a ${statistic.statistic} must be a whole number above 0`, {
      hint: "Give it as a bigint, such as 20000n.",
    });
  if (statistic.statistic === "sum") return { bound: statistic.bound, units: 1 };
  const { bound, members } = statistic;
  if (!(Number.isSafeInteger(members) && members > 0))
    fail("invalid_argument", `a mean needs a whole number of members above 0, not ${members}`);
  return { bound, units: members };
}

function checkError(error: ErrorTarget): { readonly limit: number; readonly level: number | undefined } {
  const limit = "halfWidth" in error ? error.halfWidth : error.standardDeviation;
  const level = "halfWidth" in error ? (error.level ?? 0.95) : undefined;
  if (!(typeof limit === "number" && limit > 0 && limit <= 1e12))
    fail("invalid_argument", `an error must lie above 0 and at most at 1e12, not ${limit}`);
  if (level !== undefined && !(level > 0 && level <= 0.999999))
    fail("invalid_argument", `a level must lie above 0 and at most at 0.999999, not ${level}`);
  return { limit, level };
}

/** The largest parameter whose noise meets the error, rounded down to a multiple of a power of two, 2^-14 of it or less. */
function largestParameter(law: (parameter: Rational) => NoiseLaw, error: ErrorTarget, units: number): Rational {
  const { limit, level } = checkError(error);
  const cells = limit * units;
  const cost = (parameter: number) => {
    const noise = distributionOf(law(dyadicBelow(parameter)));
    const value = level === undefined ? Math.sqrt(noise.variance) : 1 - noise.within(Math.floor(cells + 1e-9));
    return { lower: value, upper: value };
  };
  const target = level === undefined ? cells : 1 - level;
  const guess = "scale" in law(rational(1n)) ? cells / 2 : cells ** 2 / 3;
  const [min, max] = [0.015625, 1e25];
  const { parameter } = nearestGood({
    cost,
    target,
    better: "smaller",
    guess: Math.min(Math.max(guess, min), max),
    guessWithin: 1,
    range: [min, max],
    tolerance: 1e-5,
    what: "noise parameter",
  });
  return dyadicBelow(parameter);
}
