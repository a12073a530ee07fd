// How finely updates are rounded when their sum is taken modulo 2^bits: as finely as it can be while the sum, noise and all, stays
// inside the modulus but for a probability that is proved here, from the plan alone. The recipe is that of Kairouz, Liu, Steinke
// 2021 (arXiv 2102.06387), 2^b = 2k·√(c²s²n²/d + noise), with its k, there chosen by hand, replaced by what the bound takes.
import { fail } from "../../base/errors.ts";
import { type RoundingBounds, roundingBounds } from "./rounding-bounds.ts";

export interface MaskedScaleDemand {
  /** Sums are modulo 2^bits. */
  readonly bits: number;
  /** Cells after rotation, a power of two. */
  readonly dimension: number;
  /** At most so many members are summed. */
  readonly members: number;
  /** Shares of noise in a sum: 2 of two aggregators; default: one a member. */
  readonly shares?: number;
  /** So many of them are honest in every sum, and reach the ρ together. */
  readonly honest: number;
  /** L2 bound of one update, in model units. */
  readonly clip: number;
  /** zCDP of the honest shares together. */
  readonly rho: number;
  /** Allowed probability that any cell of a sum wraps around. */
  readonly overflow: number;
  /** Where what is released is Σ c_k·x_(t−k) of rounds' sums x, by the coefficients of a stream's factor. */
  readonly stream?: { readonly sum: number; readonly sensitivity: number };
}

export interface MaskedScale extends RoundingBounds {
  /** Integer units per model unit. */
  readonly scale: number;
  /** σ² of the honest shares together, in integer units squared; rounded up. */
  readonly variance: number;
  /** L1 bound of one rounded vector. */
  readonly l1: number;
  /** What is proved of a wrap-around with these. */
  readonly overflow: number;
}

/** Squares of norms stay exact in doubles. */
const NORM_MAX = 2 ** 25;
const STEPS = 60;
/** Releases are numbers. */
const EXACT_BITS = 53;

/**
 * The finest scale whose overflow is within the demand.
 * @throws PacelineError invalid_argument when a number is out of range, or no scale of one unit or more for the clip serves
 */
export function maskedScale(demand: MaskedScaleDemand): MaskedScale {
  check(demand);
  const { clip, overflow, members, bits } = demand;
  let low = 1 / clip;
  let high = NORM_MAX / clip;
  if (!(overflowBound(demand, low) <= overflow))
    fail("invalid_argument", `sums of ${members} updates modulo 2^${bits} would wrap around with so much noise`, {
      hint: "Use more bits, fewer members or a larger rho.",
    });
  if (overflowBound(demand, high) <= overflow) low = high;
  // Coarser scales wrap around less, so the interval may be halved between one that serves and one that does not.
  for (let step = 0; step < STEPS && low < high; step++) {
    const middle = Math.sqrt(low * high);
    if (overflowBound(demand, middle) <= overflow) low = middle;
    else high = middle;
  }
  return at(demand, low);
}

function at(demand: MaskedScaleDemand, scale: number): MaskedScale {
  const { dimension } = demand;
  const bounds = roundingBounds(demand.clip * scale, dimension);
  return {
    ...{ ...bounds, scale, variance: varianceFor(demand, bounds), overflow: overflowBound(demand, scale) },
    // |x| ≤ x² for integers, and Cauchy and Schwarz.
    l1: Math.ceil(Math.min(bounds.l2Squared, Math.sqrt(dimension * bounds.l2Squared))),
  };
}

function varianceFor({ rho, stream }: MaskedScaleDemand, { l2Squared }: RoundingBounds): number {
  return Math.ceil((l2Squared * (stream?.sensitivity ?? 1)) / (2 * rho));
}

/**
 * A bound on the probability that any cell of a sum wraps around. For updates that do not depend on the rotation's seed:
 * - a cell of the rotated sum is Σ ±v_i/√d with fair signs and ‖v‖ ≤ n·c·s, so sub-Gaussian with proxy (n·c·s)²/d (Hoeffding);
 * - a discrete Gaussian of parameter σ² is sub-Gaussian with proxy σ²: E e^(tX) is e^(t²σ²/2) times the ratio of the sums over the
 *   integers of a Gaussian shifted by tσ² and of the unshifted one, which is the larger (Canonne, Kamath, Steinke 2020); the
 *   shares are independent of each other and of the signs, so those of n of them, m_h honest, add to n·σ²/m_h;
 * - rounding moves a cell by less than 1 a member, surely, however often it was done again: n is taken off the room instead;
 * - of a stream, whose rounds have one rotation, the rotated vector is Σ c_k·v_(t−k), its norm at most Σ c_k times as large, and so
 *   is what rounding moves; its noise is made for all rounds' sensitivity.
 * Both tails of d cells: 2d·exp(-room²/2·proxy). Words of 64 bits have the room of the integers that numbers hold exactly.
 */
export function overflowBound(demand: MaskedScaleDemand, scale: number): number {
  const { bits, dimension, members, shares = members, honest, clip, stream } = demand;
  const gain = stream?.sum ?? 1;
  const room = 2 ** Math.min(bits - 1, EXACT_BITS) - 1 - members * gain;
  if (room <= 0) return 1;
  const bounds = roundingBounds(clip * scale, dimension);
  const signal = (members * gain * clip * scale) ** 2 / dimension;
  const noise = (shares * varianceFor(demand, bounds)) / honest;
  return Math.min(1, 2 * dimension * Math.exp((-room * room) / (2 * (signal + noise))));
}

function check(demand: MaskedScaleDemand): void {
  const { bits, dimension, members, shares = members, honest, clip, rho, overflow } = demand;
  const within = (what: string, value: number, least: number, most: number, whole = true) => {
    if (!(value >= least && value <= most && (!whole || Number.isInteger(value))))
      fail("invalid_argument", `${what} of ${value}, between ${least} and ${most} belongs here`);
  };
  within("bits", bits, 8, 64);
  within("a dimension", dimension, 1, 2 ** 24);
  if (2 ** Math.round(Math.log2(dimension)) !== dimension)
    fail("invalid_argument", `a dimension of ${dimension}, which is no power of two`);
  within("members", members, 1, 2 ** 20);
  within("shares of noise", shares, 1, 2 ** 20);
  within("honest shares", honest, 1, shares);
  within("a clip", clip, 1e-9, 1e9, false);
  within("rho", rho, 1e-12, 1e6, false);
  within("an overflow", overflow, 1e-30, 0.5, false);
}
