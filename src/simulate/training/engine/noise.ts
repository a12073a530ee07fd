// From the exact sum of a round to what is released of it: the plan's rotation, scale and rounding, exact noise, and back. Shares and
// masks are left out: they add up to the same integers.
import { utf8 } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import type { RiderLayout } from "../../../learning/plan/riders.ts";
import { roundingBounds } from "../../../learning/plan/rounding-bounds.ts";
import type { StreamPlan } from "../../../learning/plan/stream.ts";
import { decodeRound } from "../../../learning/server/stream/decode.ts";
import { streamMechanism } from "../../../learning/server/stream/mechanism.ts";
import { rotate, rotateBack, rotatedLength } from "../../../math/rotation.ts";
import { discreteGaussian } from "../../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import { parseRational, type Rational, rational, toNumber } from "../../../privacy/rational.ts";
import { l2SquaredSensitivity } from "../../../privacy/units.ts";
import { Random } from "../../random.ts";
import { seededEntropy } from "../entropy.ts";

/**
 * Whose noise is in a sum. two-aggregators: both draw all of it. central: one party does, as who holds all data could. shares: every
 * member adds a share sized for `honest` members, as under masked sums by one coordinator, so more who stay add more.
 */
export type NoiseSource =
  | { readonly kind: "two-aggregators" }
  | { readonly kind: "central" }
  | { readonly kind: "shares"; readonly honest: number };

export interface NoiseOptions {
  readonly source: NoiseSource;
  /** zCDP of the whole training, of one aggregator's noise; undefined: no noise at all. */
  readonly rho: Rational | undefined;
  readonly rounds: number;
  /** Correlated over the rounds, or undefined: fresh in each of them. */
  readonly stream: StreamPlan | undefined;
  /** Integer units of a joint clip. */
  readonly fineness: number;
  readonly seed: string;
}

export interface Released {
  /** In model units. */
  readonly sum: Float64Array;
  /** Standard deviation of one cell's noise, in model units. */
  readonly noiseSd: number;
}

export type Release = (round: number, layout: RiderLayout, sum: Float64Array, present: number) => Released;

/** Rounding moves a cell by a variance of f(1 − f), f its fraction: a quarter at most. */
const ROUNDING_VARIANCE = 0.25;

/** @returns the release of round after round, each once and in order @throws PacelineError invalid_argument */
export function releases(options: NoiseOptions): Release {
  const { source, rho, rounds, stream, fineness, seed } = options;
  if (stream !== undefined && stream.rounds < rounds)
    fail("invalid_argument", `noise is accounted over ${stream.rounds} rounds, and the training has ${rounds}`);
  const before: Float64Array[] = [];
  return (round, layout, sum, present) => {
    const scale = fineness / layout.jointClip;
    const dimension = rotatedLength(layout.length);
    const rotationSeed = utf8(`${seed}/rotation`);
    const cells = rotate(sum, rotationSeed);
    const rounding = new Random(`${seed}/rounding/${round}`);
    const sd = Math.sqrt(present * ROUNDING_VARIANCE);
    for (let i = 0; i < dimension; i++) cells[i] = (cells[i] as number) * scale + rounding.normal(0, sd);
    const l2Squared = roundingBounds(fineness, dimension).l2Squared;
    let noiseSd = 0;
    if (rho !== undefined) {
      const factor = varianceFactor(source, present);
      const noise = roundNoise({ rho, rounds, stream, l2Squared, factor, seed, round, dimension }, before);
      for (let i = 0; i < dimension; i++) cells[i] = (cells[i] as number) + (noise.cells[i] as number);
      noiseSd = noise.sd / scale;
    }
    const back = rotateBack(cells, rotationSeed, layout.length);
    return { sum: back.map((x) => x / scale), noiseSd };
  };
}

interface RoundNoise {
  readonly rho: Rational;
  readonly rounds: number;
  readonly stream: StreamPlan | undefined;
  readonly l2Squared: number;
  readonly factor: Rational;
  readonly seed: string;
  readonly round: number;
  readonly dimension: number;
}

/** @param before of a stream, earlier rounds' decoded noise, the newest first; this round's is put in front */
function roundNoise(options: RoundNoise, before: Float64Array[]): { cells: Float64Array; sd: number } {
  const { rho, rounds, stream, l2Squared, factor, seed, round, dimension } = options;
  const price = stream === undefined ? times(rho, rational(1n, BigInt(rounds))) : rho;
  const sensitivity = l2SquaredSensitivity(BigInt(l2Squared));
  const { event } =
    stream === undefined
      ? discreteGaussian({ sensitivity, rho: price })
      : streamMechanism(stream, BigInt(l2Squared), price);
  const sigmaSquared = times(parseRational(event.sigmaSquared, "a variance"), factor);
  const drawn = discreteGaussian({ sensitivity, sigmaSquared }).drawNoise(
    seededEntropy(`${seed}/noise/${round}`),
    dimension,
  );
  const fresh = Float64Array.from(drawn, Number);
  if (stream === undefined) return { cells: fresh, sd: Math.sqrt(toNumber(sigmaSquared)) };
  const cells = decodeRound(stream, fresh, before);
  before.unshift(cells);
  before.length = Math.min(before.length, stream.coefficients.length);
  return { cells, sd: Math.sqrt(cells.reduce((sum, x) => sum + x * x, 0) / dimension) };
}

/** Of the variance that one aggregator's ρ asks for. Independent discrete Gaussians add to one of the sum of their variances, nearly. */
function varianceFactor(source: NoiseSource, present: number): Rational {
  if (source.kind === "two-aggregators") return rational(2n);
  if (source.kind === "central") return rational(1n);
  if (present < source.honest)
    fail("round_aborted", `${present} members are left, and noise is made for ${source.honest} at least`);
  return rational(BigInt(present), BigInt(source.honest));
}

function times(a: Rational, b: Rational): Rational {
  return rational(a.num * b.num, a.den * b.den);
}
