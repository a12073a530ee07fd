// Choosing the lattice for one direction of a plan and one question, and composing on it.
import { dominatedLaw, dominatingLaw, type Grid } from "./lattice-law.ts";
import type { Side } from "./profile.ts";
import {
  cutOnTheLeft,
  cutOnTheRight,
  narrowestTilt,
  type Outlines,
  type Part,
  type Saddle,
  type Tilt,
  tiltAt,
} from "./tilt.ts";
import { type TiltedSum, tiltedSum } from "./tilted-sum.ts";
import { compositionMax } from "./work.ts";

/** Everything that the composition needs to know, but the side. */
export interface GridPlan {
  readonly request: GridRequest;
  readonly tilt: Tilt;
  readonly cuts: readonly Omit<Grid, "step">[];
  readonly step: number;
  readonly length: number;
  /** A finer step would not help: the lattice is the losses' own, or the transform would grow too long. */
  readonly finest: boolean;
}

const lengthMin = 256;
/** Greatest length of a transform, and number of cells of one law, for so many parts. */
function pointsMax(parts: number): number {
  return 2 ** Math.max(10, Math.min(19, Math.floor(Math.log2(compositionMax / 2 / parts))));
}
/** A lattice that all losses lie on is used as it is up to this length. */
const naturalLengthMax = 1 << 18;

/** Which part of the wanted width cuts, rounding and wrapping may each take. */
const sideShare = 0.02;
/** What they may take of delta when the lattice itself costs nothing. */
const naturalTolerance = 1e-12;
/** Losses of one use beyond it are not told apart, as e^709 is no double: larger ones count as infinite, above and below. */
export const steepestLoss = 600;
/** What may be cut off a single use on the left, of the tilted mass, all uses together. */
const logLeftCut = -30;

export interface GridRequest {
  readonly parts: readonly Part[];
  readonly outlines: Outlines;
  readonly saddle: Saddle;
  /** Of the bracket, in epsilon. */
  readonly width: number;
  /** Instead of the step that the width asks for. */
  readonly step?: number;
  /** Instead of the narrowest one. */
  readonly theta?: number;
  /** Times the tolerance of cuts, rounding and wrapping: below 1 when the saddle misjudged them. */
  readonly caution?: number;
}

export function gridPlan(request: GridRequest): GridPlan {
  const { parts, outlines, saddle, width, theta, caution = 1 } = request;
  const uses = parts.reduce((sum, part) => sum + part.count, 0);
  const natural = naturalSpacing(parts);
  const most = pointsMax(parts.length);
  const tolerance = caution * (natural > 0 ? naturalTolerance : Math.min(0.01, sideShare * width * saddle.theta));
  const logUpper = Math.max(-690, Math.min(0, saddle.logDelta) + Math.log(tolerance / uses));
  const { tops, kept } = cutOnTheRight(outlines, logUpper);
  // A use gains h²/6 of variance above and loses h²/12 below; variance v moves epsilon by v(θ + 1)/2.
  const fine = request.step ?? Math.sqrt((8 * width) / (uses * (saddle.theta + 1)));
  const tilt =
    theta === undefined
      ? narrowestTilt(kept, saddle, tolerance, natural > 0 ? natural : fine)
      : tiltAt(kept, saddle, tolerance, theta);
  const cuts = cutOnTheLeft(kept, tilt.theta, logLeftCut - Math.log(uses)).map((from, i) => ({
    from: Math.max(-steepestLoss, Math.min(from, steepestLoss - 1)),
    to: Math.min(tops[i] as number, steepestLoss),
  }));
  const span = Math.max(tilt.high - tilt.low, 1e-9);
  if (natural > 0 && span / natural + 16 < Math.min(most, naturalLengthMax))
    return { request, tilt, cuts, step: natural, length: lengthFor(span / natural + 16, most), finest: true };
  const widest = cuts.reduce((most, { from, to }) => Math.max(most, to - from), 0);
  const step = spacedStep(parts, Math.max(Math.min(fine, span / lengthMin), widest / most));
  // Somewhat coarser is better than twice as long; without atoms to hit, the step may as well fill the transform.
  const free = parts.every(({ pair }) => pair.spacing === 0);
  const length = lengthFor((span / step) * (free ? 0.9 : 1) + 16, most);
  const filling = span / (length - 16);
  const finest = length === most || fine < widest / most;
  return { request, tilt, cuts, step: free || filling > step ? filling : step, length, finest };
}

function lengthFor(needed: number, most: number): number {
  let length = lengthMin;
  while (length < needed && length < most) length *= 2;
  return length;
}

/** What composing on this grid costs, in lattice points. */
export function pointsOf({ request, cuts, step, length }: GridPlan): number {
  return cuts.reduce((sum, { from, to }) => sum + Math.ceil((to - from) / step), request.parts.length * length);
}

/** The one spacing of all losses of all parts; 0 when there is none. */
function naturalSpacing(parts: readonly Part[]): number {
  const spacing = parts.reduce((least, { pair }) => Math.min(least, pair.spacing), Number.POSITIVE_INFINITY);
  const aligned = ({ pair }: Part) =>
    pair.lattice && Math.abs(pair.spacing / spacing - Math.round(pair.spacing / spacing)) < 1e-13;
  return spacing > 0 && parts.every(aligned) ? spacing : 0;
}

/** Divisors times parts that are compared. */
const spacingsMax = 1 << 16;

/** A step of which the distances between atoms are multiples, as far as that goes, near `wanted`. */
function spacedStep(parts: readonly Part[], wanted: number): number {
  const spaced = parts.filter(({ pair }) => pair.spacing > 0);
  const spacing = spaced.reduce((smallest, { pair }) => Math.min(smallest, pair.spacing), Number.POSITIVE_INFINITY);
  if (spacing === Number.POSITIVE_INFINITY) return wanted;
  const first = Math.ceil(spacing / wanted);
  let [best, bestMiss] = [first, Number.POSITIVE_INFINITY];
  const last = Math.min(first * 1.4 + 1, first + spacingsMax / spaced.length);
  for (let k = first; k <= last && bestMiss > 1e-12; k++) {
    let miss = 0;
    for (const { pair, count } of spaced) {
      const turns = (pair.spacing * k) / spacing;
      miss += count * Math.abs(turns - Math.round(turns));
    }
    if (miss / k < bestMiss) [best, bestMiss] = [k, miss / k];
  }
  return spacing / best;
}

/** The composition that bounds the true one on `side`. */
export function composeOn(plan: GridPlan, side: Side): TiltedSum {
  const { cuts, step, tilt, length } = plan;
  const { parts, saddle } = plan.request;
  const terms = parts.map(({ pair, count }, i) => {
    const grid: Grid = { step, ...(cuts[i] as Omit<Grid, "step">) };
    return { law: side === "upper" ? dominatingLaw(pair, grid) : dominatedLaw(pair, grid, saddle.theta), count };
  });
  return tiltedSum({ terms, step, tilt, length });
}
