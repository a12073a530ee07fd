// The trade-off curve of a plan (f-DP): how often a test for one record's presence must miss, at each rate of false alarms.
//
// Dong, Roth and Su (2022, "Gaussian differential privacy", Proposition 2.12): a plan is (ε, δ(ε))-DP for every ε exactly when no
// test has errors below f(α) = sup over ε ≥ 0 of max(0, 1 − δ(ε) − e^ε·α, e^−ε·(1 − δ(ε) − α)). The accountants bound δ on both
// sides at finitely many ε. Lines at those ε with the upper bounds lie below f: that is `lower`, the guarantee. For `upper` the
// supremum over all ε is needed: with t = e^ε, δ is convex and falls, so that between two t it lies above the chords next to
// them, prolonged, and above its value at the right one; the lines' maximum over such a piece is at its ends or where two
// of these bounds cross.
import type { Neighbouring } from "../units.ts";
import { type Accountant, type AccountOptions, account, type Plan } from "./account.ts";

export interface TradeOffPoint {
  /** Type I: the share of the absent whom a test takes for present. */
  readonly alpha: number;
  /** Type II: no test misses a smaller share of the present. Proved. */
  readonly lower: number;
  /** The curve that belongs to the plan's exact δ at every ε lies below it: so much `lower` may still gain at most. */
  readonly upper: number;
}

export interface TradeOff {
  readonly points: readonly TradeOffPoint[];
  /** δ at each ε that the curve was made from, and whose upper bound it is. */
  readonly profile: readonly {
    readonly epsilon: number;
    readonly lower: number;
    readonly upper: number;
    readonly accountant: Accountant;
  }[];
  /** As of an account: false where `upper` is about dominating losses and not about the worst mechanism of the description. */
  readonly tight: boolean;
}

/** False alarms at which a curve is told. */
export const usualAlphas: readonly number[] = [
  ...[0, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075],
  ...Array.from({ length: 37 }, (_, i) => (100 + 25 * i) / 1000),
];

/** Where δ is below it, lines at larger ε tell of error rates that are smaller still. */
const DELTA = 1e-4;
/** e^9.2 is 10⁴: the tangents of all error rates above a ten-thousandth are flatter. */
const EPSILON_MAX = 9.2;
const STEPS = 40;
/** Bounds of δ, relative: finer is not seen in a curve. */
const WIDTH = 2e-3;
/** Above the rounding of everything here. */
const SLACK = 1e-13;

/**
 * @param progress called with the values of ε that are done and that there are in all
 * @throws PacelineError as account
 */
export function tradeOffOf<N extends Neighbouring>(
  plan: Plan<N>,
  {
    alphas = usualAlphas,
    options = {},
    progress = () => undefined,
  }: {
    readonly alphas?: readonly number[];
    readonly options?: AccountOptions;
    readonly progress?: (done: number, total: number) => void;
  } = {},
): TradeOff {
  const asked = { width: WIDTH, ...options };
  const reach = account(plan, { delta: DELTA }, { ...asked, bound: "upper" }).upper;
  const last = Math.min(EPSILON_MAX, reach);
  const steps = last > 0 ? STEPS : 0;
  const profile = Array.from({ length: steps + 1 }, (_, i) => {
    const epsilon = steps === 0 ? 0 : (last * i) / steps;
    const { lower, upper, accountant, tight } = account(plan, { epsilon }, asked);
    progress(i + 1, steps + 1);
    return { epsilon, lower: Math.max(0, lower), upper: Math.min(1, upper), accountant, tight };
  });
  const pieces = piecesOf(profile);
  return {
    points: alphas.map((alpha) => {
      const lower = Math.max(0, ...profile.map(({ epsilon, upper }) => line(Math.exp(epsilon), upper, alpha))) - SLACK;
      const upper = Math.max(0, ...pieces.map(([t, delta]) => line(t, delta, alpha))) + SLACK;
      const most = Math.min(1 - alpha, upper);
      return { alpha, lower: Math.min(most, Math.max(0, lower)), upper: Math.max(0, most) };
    }),
    profile: profile.map(({ tight: _, ...one }) => one),
    tight: profile.every(({ tight }) => tight),
  };
}

/** The larger of the two lines that δ at e^ε = t gives. */
function line(t: number, delta: number, alpha: number): number {
  return Math.max(1 - delta - t * alpha, (1 - delta - alpha) / t);
}

interface Known {
  readonly t: number;
  readonly lower: number;
  readonly upper: number;
}

/** t and a lower bound of δ there, wherever the maximum over a piece can lie. */
function piecesOf(profile: TradeOff["profile"]): readonly (readonly [t: number, delta: number])[] {
  const known = profile.map(({ epsilon, lower, upper }): Known => ({ t: Math.exp(epsilon), lower, upper }));
  const mirror = known[1] === undefined ? [] : [mirrored(known[1])];
  const all = [...mirror, ...known];
  const found: [number, number][] = [];
  for (let i = mirror.length; i < all.length; i++) {
    const [before, here, next, after] = [all[i - 1], all[i] as Known, all[i + 1], all[i + 2]];
    const left = before === undefined ? [0, here.lower] : chord(here, before);
    const bounds = [left, [0, next?.lower ?? 0], ...(next && after ? [chord(next, after)] : [])] as Line[];
    const end = next?.t ?? Number.POSITIVE_INFINITY;
    const crossings = bounds.flatMap((a, at) => bounds.slice(at + 1).map((b) => (b[1] - a[1]) / (a[0] - b[0])));
    for (const t of [here.t, end, ...crossings])
      if (t >= here.t && t <= end && Number.isFinite(t))
        found.push([t, Math.max(0, ...bounds.map(([slope, at]) => at + slope * t))]);
  }
  return found;
}

/** slope, and the value at t = 0 */
type Line = readonly [slope: number, at: number];

/** Through `here` and `other`, as low as it may be beyond `here` on the side where `other` is not. */
function chord(here: Known, other: Known): Line {
  const slope = (here.lower - other.upper) / (here.t - other.t);
  return [slope, here.lower - slope * here.t];
}

/** δ at 1/t, of the two orders of the neighbours together: 1 − 1/t + δ(t)/t. */
function mirrored({ t, lower, upper }: Known): Known {
  return { t: 1 / t, lower: 1 - 1 / t + lower / t, upper: 1 - 1 / t + upper / t };
}
