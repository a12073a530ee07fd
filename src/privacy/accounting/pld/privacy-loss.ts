// The privacy-loss accountant: certified brackets of epsilon at a delta, and of delta at an epsilon, for a plan that is
// fixed beforehand. Everything is chosen anew for what is asked: the tilt, the window, and a step that is fine enough.
import { fail } from "../../../base/errors.ts";
import type { Bounds } from "../../numeric/bounds.ts";
import type { Neighbouring } from "../../units.ts";
import { type Run, runsOf } from "../algebra/compose.ts";
import { fewerRuns } from "../algebra/fewer.ts";
import type { PrivacyEvent } from "../algebra/types.ts";
import { type Direction, directionOf, type Question } from "./direction.ts";
import { type GridPlan, gridPlan, pointsOf, steepestLoss } from "./grid-plan.ts";
import { once } from "./loss-pair.ts";
import { type PartOptions, type Plan, planOf } from "./parts.ts";
import { invertProfile } from "./single.ts";
import { partsMax, Work } from "./work.ts";

export interface PrivacyLossOptions extends PartOptions {
  /** How wide a bracket may be: in epsilon, or relative in delta. Default 2e-4; what is returned says what was reached. */
  readonly width?: number;
  /** "upper" leaves `lower` at 0 and takes a third of the time; its `width` is foreseen, not measured. */
  readonly bound?: "both" | "upper";
  /** Counts what answers cost, in lattice points; the limit of each holds with or without. */
  readonly work?: Work;
}

export interface PrivacyLoss {
  /**
   * The pairs are those of real mechanisms, so that `lower` too bounds what can leak. False for exponential,
   * permute-and-flip and truncated-subsampled-gaussian events: their true loss may be below `lower`, not above `upper`.
   */
  readonly tight: boolean;
  /**
   * @param delta at least 0 and below 1
   * @returns lower ≤ the smallest epsilon of the dominating pairs at delta ≤ upper; both may be Infinity
   */
  epsilon(delta: number): Bounds;
  /** @param epsilon at least 0 @returns lower ≤ delta of the dominating pairs at epsilon ≤ upper */
  delta(epsilon: number): Bounds;
}

/**
 * The privacy loss of `event` under `neighbouring`. PROOF.md proves every bound.
 * @throws PacelineError unsupported for an event whose loss is not known, naming those that are
 */
export function privacyLossOf<N extends Neighbouring>(
  event: PrivacyEvent<N>,
  neighbouring: N,
  options: PrivacyLossOptions = {},
): PrivacyLoss {
  const { width = 2e-4, bound = "both" } = options;
  if (!(width > 0 && width <= 1))
    fail("invalid_argument", "the width of a bracket must be a number above 0, at most 1");
  const { answer, tight } = answersOf(runsOf(event) as readonly Run[], neighbouring, { ...options, width, bound });
  return {
    tight,
    epsilon(delta) {
      if (!(delta >= 0 && delta < 1)) fail("invalid_argument", "delta must be a number of at least 0 and below 1");
      return answer({ delta });
    },
    delta(epsilon) {
      if (!(epsilon >= 0)) fail("invalid_argument", "epsilon must be a number of at least 0");
      return answer({ epsilon });
    },
  };
}

interface Asked extends PrivacyLossOptions {
  readonly width: number;
  readonly bound: "both" | "upper";
}

type Answer = (question: Question) => Bounds;

/** Normal noise is one part, however often and differently it is used. */
const normal: ReadonlySet<string> = new Set(["gaussian", "gdp", "tree-aggregation"]);
/** Losses that are found by search, point by point: fewer of them are as much work. */
const dear: ReadonlySet<string> = new Set(["truncated-subsampled-gaussian", "mixture-of-gaussians"]);
const dearPartsMax = 64;

/** A plan of too many different parts is bounded from above and below by two of fewer. */
function answersOf(
  runs: readonly Run[],
  neighbouring: Neighbouring,
  asked: Asked,
): { readonly answer: Answer; readonly tight: boolean } {
  const kept = runs.filter(({ event }) => normal.has(event.mechanism));
  const many = runs.filter(({ event }) => !normal.has(event.mechanism));
  const most = many.some(({ event }) => dear.has(event.mechanism)) ? dearPartsMax : partsMax;
  const stronger = fewerRuns(many, most, "stronger");
  const above = planOf([...kept, ...stronger], neighbouring, asked);
  if (stronger === many || asked.bound === "upper")
    return { answer: later(() => answers(above, asked, asked.bound)), tight: above.tight };
  const below = planOf([...kept, ...fewerRuns(many, most, "weaker")], neighbouring, asked);
  const [upper, lower] = [later(() => answers(above, asked, "upper")), later(() => answers(below, asked, "lower"))];
  return {
    answer: (question) => ({ lower: lower(question).lower, upper: upper(question).upper }),
    tight: below.tight,
  };
}

/** Whether a plan's loss is known at all costs no sketch of it. */
function later(make: () => Answer): Answer {
  const made = once(make);
  return (question) => made()(question);
}

const searches = { both: bracket, upper: upperBound, lower: lowerBound };

function answers(plan: Plan, { width, work: counter }: Asked, bound: keyof typeof searches): Answer {
  const nothing = plan.directions.every((parts) => parts.length === 0);
  if (plan.open) return (question) => both("delta" in question ? Number.POSITIVE_INFINITY : 1);
  if (nothing) return () => both(0);
  const profile = singleProfile(plan);
  const known = plan.directions.map(directionOf);
  const lossMax = Math.max(...known.map((one) => one.lossMax));
  const infinite = Math.max(...known.map((one) => one.infinite));
  // Sums over the parts, and the largest losses in them, are rounded.
  const sumError = 5e-14 + 2 ** -52 * Math.max(...plan.directions.map((parts) => parts.length));
  // A grid of bounded losses that leave the doubles would see nothing but infinite ones.
  const steep = plan.directions.some((parts) =>
    parts.some(({ pair }) => pair.lossMax > steepestLoss && pair.lossMax < Number.POSITIVE_INFINITY),
  );
  return (question) => {
    if ("epsilon" in question) {
      if (question.epsilon >= lossMax * (1 + sumError)) return around(infinite, 1, sumError);
      if (profile !== undefined) return profile(question.epsilon);
    } else {
      if (question.delta < infinite * (1 - sumError)) return both(Number.POSITIVE_INFINITY);
      if (question.delta === 0)
        return lossMax === Number.POSITIVE_INFINITY ? both(lossMax) : around(lossMax, lossMax, sumError);
      if (profile !== undefined) return invertProfile(profile, question.delta, lossMax);
    }
    if ("epsilon" in question) {
      const least = Math.max(...known.map((one) => one.leastDelta(question.epsilon)));
      if (1 - least <= Math.min(width, 1e-3)) return { lower: least, upper: 1 };
    }
    if (steep) return { lower: 0, upper: "epsilon" in question ? 1 : lossMax * (1 + sumError) };
    const work = new Work();
    const found = searches[bound](known, question, width, work);
    counter?.spend(work.spent);
    if ("epsilon" in question) return found;
    return { lower: Math.max(0, found.lower), upper: Math.max(0, Math.min(found.upper, lossMax * (1 + sumError))) };
  };
}

function both(value: number): Bounds {
  return { lower: value, upper: value };
}

/** A value that is known but for the rounding of such sums. */
function around(value: number, cap: number, sumError: number): Bounds {
  return {
    lower: value * (1 - sumError),
    upper: Math.max(value, Math.min(cap * (1 + sumError), value * (1 + sumError))),
  };
}

/** The larger profile of both directions, when the plan is one use of one mechanism whose profile needs no grid. */
function singleProfile({ directions }: Plan): ((epsilon: number) => Bounds) | undefined {
  const profiles = directions.flatMap(([part, ...more]) =>
    part?.count === 1 && more.length === 0 && part.pair.delta !== undefined ? [part.pair.delta] : [],
  );
  if (profiles.length !== directions.length) return undefined;
  return (epsilon) => {
    const found = profiles.map((profile) => profile(epsilon));
    return { lower: Math.max(...found.map((one) => one.lower)), upper: Math.max(...found.map((one) => one.upper)) };
  };
}

function upperBound(directions: readonly Direction[], question: Question, width: number, work: Work): Bounds {
  const upper = directions.map((one) => upperOn(one, question, one.plan(question, 1.5 * width), width, work));
  return { lower: 0, upper: Math.max(...upper) };
}

function lowerBound(directions: readonly Direction[], question: Question, width: number, work: Work): Bounds {
  const lower = directions.map((one) => one.bound(question, one.plan(question, width), "lower", work));
  return { lower: Math.max(...lower), upper: "delta" in question ? Number.POSITIVE_INFINITY : 1 };
}

/** The upper bound; where epsilon seems to be 0, delta at 0 is what shows it. */
function upperOn(direction: Direction, question: Question, plan: GridPlan, width: number, work: Work): number {
  if ("delta" in question && plan.request.saddle.epsilon <= 0) {
    const atZero = { epsilon: 0 };
    if (direction.bound(atZero, direction.plan(atZero, width), "upper", work) <= question.delta) return 0;
  }
  return direction.bound(question, plan, "upper", work);
}

/** How often a grid is refined when its bracket is too wide. */
const roundsMax = 4;

/** The larger upper bound; and the lower bound of the direction it comes from, as epsilon is the larger of both. */
function bracket(directions: readonly Direction[], question: Question, width: number, work: Work): Bounds {
  const found = directions.map((direction) => {
    const plan = direction.plan(question, width);
    return { direction, plan, upper: upperOn(direction, question, plan, width, work) };
  });
  let lower = 0;
  let before = Number.POSITIVE_INFINITY;
  for (let round = 0; ; round++) {
    const worst = found.reduce((most, one) => (one.upper > most.upper ? one : most));
    lower = Math.max(lower, worst.direction.bound(question, worst.plan, "lower", work));
    const { upper } = worst;
    const gap = "delta" in question ? upper - lower : (upper - lower) / Math.max(upper, 1e-290);
    if (!(gap > width) || worst.plan.finest || round === roundsMax || !(gap < 0.95 * before)) return { lower, upper };
    before = gap;
    const finer = Math.max(0.2, Math.min(0.7, 0.9 * Math.sqrt(width / gap)));
    const next = gridPlan({ ...worst.plan.request, step: worst.plan.step * finer });
    if (!work.allows(2 * pointsOf(next))) return { lower, upper };
    worst.plan = next;
    worst.upper = Math.min(upper, worst.direction.bound(question, worst.plan, "upper", work));
  }
}
