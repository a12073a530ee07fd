// Optimal composition of (epsilon, delta) guarantees (Kairouz, Oh, Viswanath 2015; Murtagh and Vadhan 2016): each is no
// worse than a mechanism that fails openly with probability delta and else answers by binary randomised response, so the
// composition's loss is a sum of ±epsilon. Exact up to rounding; simple bounds for comparison.
import { fail } from "../../base/errors.ts";
import { binomialProbability } from "../numeric/binomial.ts";
import type { Bounds } from "../numeric/bounds.ts";

/** `count` mechanisms that are (epsilon, delta)-DP each. */
export interface Guarantee {
  readonly epsilon: number;
  readonly delta: number;
  /** 1 … 2^53 - 1. */
  readonly count: number;
}

export interface OptimalComposition {
  /** The smallest delta at epsilon ≥ 0. */
  delta(epsilon: number): Bounds;
  /** The smallest epsilon at delta; infinite below what fails openly. @throws unless 0 ≤ delta < 1 */
  epsilon(delta: number): Bounds;
  /** The same among the losses that can happen only, k·ε, (k-2)·ε, … for equal parts: Theorem 3.3 as printed. */
  epsilonOnGrid(delta: number): number;
}

/** Losses, falling, with their probabilities, and how much probability was left out. */
interface Losses {
  readonly loss: Float64Array;
  readonly mass: Float64Array;
  readonly outside: number;
}

/** Most loss values kept, and most pairs of them listed. */
const sizeMax = 1 << 17;
/** Probabilities below this are left out and counted as outside. */
const massMin = 1e-60;
const slack = 1e-11;

/**
 * @throws PacelineError invalid_argument for a part out of range; unsupported when there are too many different losses.
 */
export function optimalComposition(parts: readonly Guarantee[]): OptimalComposition {
  parts.forEach(checkPart);
  // 1 - Π(1 - δ)^count
  const logKept = parts.reduce((sum, { delta, count }) => sum + count * Math.log1p(-delta), 0);
  const broken = -Math.expm1(logKept);
  const kept = Math.exp(logKept);
  const losses = parts.filter(({ epsilon }) => epsilon > 0).reduce(plus, certain);
  const { loss, mass, outside } = losses;
  const widen = (value: number): Bounds => ({
    lower: Math.max(0, value * (1 - slack)),
    upper: Math.min(1, value * (1 + slack) + outside),
  });
  const checked = (delta: number): number => {
    if (delta >= 0 && delta < 1) return delta;
    return fail("invalid_argument", "delta must be a number of at least 0 and below 1");
  };
  const [only] = parts.length === 1 && parts[0]?.count === 1 ? parts : [];
  const room = (delta: number, left: number, sign: number) => (delta - broken * (1 + sign * slack)) / kept - left;
  return {
    delta(epsilon) {
      if (!(epsilon >= 0)) fail("invalid_argument", "epsilon must be a number of at least 0");
      let sum = 0;
      for (let i = 0; i < loss.length && (loss[i] as number) > epsilon; i++)
        sum -= (mass[i] as number) * Math.expm1(epsilon - (loss[i] as number));
      return widen(broken + kept * sum);
    },
    epsilon(delta) {
      checked(delta);
      return {
        lower: crossing(losses, room(delta, 0, -1) * (1 + slack)).epsilon * (1 - slack),
        upper: Math.min(
          crossing(losses, room(delta, outside, 1) * (1 - slack)).epsilon * (1 + slack),
          // However little probability the losses left out have, none is larger than all epsilons together.
          room(delta, 0, 1) >= 0 ? basicComposition(parts).epsilon : Number.POSITIVE_INFINITY,
          // One guarantee at its own delta is its definition: no rounding on the way.
          only !== undefined && delta >= only.delta ? only.epsilon : Number.POSITIVE_INFINITY,
        ),
      };
    },
    epsilonOnGrid(delta) {
      return crossing(losses, room(checked(delta), outside, 1) * (1 - slack)).above;
    },
  };
}

function checkPart({ epsilon, delta, count }: Guarantee): void {
  if (!(epsilon >= 0 && epsilon < Number.POSITIVE_INFINITY))
    fail("invalid_argument", "a part's epsilon must be a number of at least 0");
  if (!(delta >= 0 && delta < 1)) fail("invalid_argument", "a part's delta must be at least 0 and below 1");
  if (!(Number.isSafeInteger(count) && count >= 1))
    fail("invalid_argument", "a part's count must be a whole number between 1 and 2^53 - 1");
}

const certain: Losses = { loss: Float64Array.of(0), mass: Float64Array.of(1), outside: 0 };

/**
 * Where delta(epsilon) falls to `room`. Going down the losses l, W = Σ m·e^(l - lᵢ) over what lies above gives
 * delta(e) = delta(l) + W(1 - e^(e - l)) down to the next loss: all sums of positive terms.
 */
function crossing({ loss, mass }: Losses, room: number): { epsilon: number; above: number } {
  const largest = loss[0] as number;
  if (room < 0) return { epsilon: Number.POSITIVE_INFINITY, above: Number.POSITIVE_INFINITY };
  let [reached, weight, at] = [0, mass[0] as number, largest];
  for (let i = 1; i <= loss.length; i++) {
    const next = Math.max(0, loss[i] ?? 0);
    const gained = -weight * Math.expm1(next - at);
    if (reached + gained > room) return { epsilon: Math.max(0, at + Math.log1p((reached - room) / weight)), above: at };
    if (next === 0) return { epsilon: 0, above: 0 };
    reached += gained;
    weight = weight * Math.exp(next - at) + (mass[i] as number);
    at = next;
  }
  return { epsilon: 0, above: 0 };
}

/** The losses of `count` randomised responses: (count - 2i)·ε with i wrong ones, as far out as probabilities count. */
function ofGuarantee({ epsilon, count }: Guarantee): Losses {
  const wrong = 1 / (1 + Math.exp(epsilon));
  // Hoeffding: farther than this from the mean lies less than 2e^-140.
  const reach = Math.sqrt(70 * count) + 1;
  const low = Math.max(0, Math.floor(count * wrong - reach));
  const high = Math.min(count, Math.ceil(count * wrong + reach));
  if (high - low >= sizeMax) tooMany();
  const [loss, mass]: [number[], number[]] = [[], []];
  let outside = low > 0 || high < count ? 2e-60 : 0;
  for (let i = low; i <= high; i++) {
    const probability =
      count * wrong < 1e-250 ? (i === 0 ? 1 : 0) : binomialProbability(count, i, wrong, 1 / (1 + Math.exp(-epsilon)));
    if (probability < massMin) {
      outside += massMin;
      continue;
    }
    loss.push((count - 2 * i) * epsilon);
    mass.push(probability);
  }
  return { loss: Float64Array.from(loss), mass: Float64Array.from(mass), outside };
}

/** Independent losses added up, every pair. */
function plus(before: Losses, part: Guarantee): Losses {
  const next = ofGuarantee(part);
  if (before.loss.length === 1 && before.loss[0] === 0) return { ...next, outside: next.outside + before.outside };
  const size = before.loss.length * next.loss.length;
  if (size > sizeMax) tooMany();
  let outside = before.outside + next.outside;
  const pairs: [number, number][] = [];
  for (let i = 0; i < before.loss.length; i++)
    for (let j = 0; j < next.loss.length; j++) {
      const probability = (before.mass[i] as number) * (next.mass[j] as number);
      if (probability < massMin) outside += massMin;
      else pairs.push([(before.loss[i] as number) + (next.loss[j] as number), probability]);
    }
  pairs.sort((one, two) => two[0] - one[0]);
  return {
    loss: Float64Array.from(pairs, (pair) => pair[0]),
    mass: Float64Array.from(pairs, (pair) => pair[1]),
    outside,
  };
}

function tooMany(): never {
  return fail("unsupported", "the guarantees add up to too many different losses to list", {
    hint: "Ask the accountant by privacy loss distributions, which bounds them on a grid.",
  });
}

/** Epsilons and deltas added up: valid for adaptively chosen parts too. */
export function basicComposition(parts: readonly Guarantee[]): { readonly epsilon: number; readonly delta: number } {
  parts.forEach(checkPart);
  const sum = (value: (part: Guarantee) => number) =>
    parts.reduce((total, part) => total + part.count * value(part), 0) * (1 + slack);
  return {
    epsilon: sum(({ epsilon }) => epsilon),
    delta: Math.min(
      1,
      sum(({ delta }) => delta),
    ),
  };
}

/** Dwork, Rothblum, Vadhan 2010, Theorem III.3, for equal parts. Shown for comparison: the optimum above is smaller. */
export function advancedComposition(part: Guarantee, slackDelta: number): { epsilon: number; delta: number } {
  checkPart(part);
  if (!(slackDelta > 0 && slackDelta < 1))
    fail("invalid_argument", "the slack delta must lie strictly between 0 and 1");
  const { epsilon, delta, count } = part;
  const spread = epsilon * Math.sqrt(-2 * count * Math.log(slackDelta));
  return {
    epsilon: (spread + count * epsilon * Math.expm1(epsilon)) * (1 + slack),
    delta: Math.min(1, (count * delta + slackDelta) * (1 + slack)),
  };
}
