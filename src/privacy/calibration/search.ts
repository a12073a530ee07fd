// Finding the parameter that just meets a target, with few evaluations of a quantity that is expensive and known only
// between bounds. Whatever the curve's shape, a returned parameter was itself evaluated and met the target.
import { fail } from "../../base/errors.ts";
import type { Bounds } from "../numeric/bounds.ts";

export interface Search {
  /** What it costs at a parameter: certified bounds. Must fall, or rise, with the parameter as `better` says. */
  readonly cost: (parameter: number) => Bounds;
  /** The parameter is good when the cost's upper bound is at most this. */
  readonly target: number;
  /** Where the cost falls: "larger" for noise (the smallest good parameter is sought), "smaller" for a number of steps. */
  readonly better: "larger" | "smaller";
  readonly guess: number;
  /** How far off, relatively, the guess may be; decides the first step. */
  readonly guessWithin?: number;
  readonly range: readonly [min: number, max: number];
  /** Relative width at which to stop. */
  readonly tolerance: number;
  /** Only whole multiples of this are allowed, e.g. 1 for whole numbers. */
  readonly grid?: number;
  readonly what: string;
}

export interface Found {
  /** Provably meets the target. */
  readonly parameter: number;
  readonly cost: Bounds;
  /** The nearest parameter that provably does not, where one was met. */
  readonly refuted: number | undefined;
  readonly evaluations: number;
}

interface Point {
  /** ln parameter, turned so that more is better. */
  readonly at: number;
  readonly parameter: number;
  readonly cost: Bounds;
  /** ln(upper/target): at most 0 is good. */
  readonly excess: number;
}

const evaluationsMax = 200;

/**
 * The good parameter nearest to the edge, within the tolerance: secant steps on logarithms, aimed a little to the good
 * side so that two evaluations close the bracket; halving where those do not get on.
 * @throws PacelineError unsupported when nothing in the range is good.
 */
export function nearestGood(search: Search): Found {
  const points = new Points(search);
  let edge = points.at(points.ofParameter(search.guess));
  // Outwards from the guess, in growing steps, until both sides are known.
  let reach = search.guessWithin ?? 0.5;
  let least = search.tolerance;
  while (points.good === undefined || points.bad === undefined) {
    const side = points.good === undefined ? 1 : -1;
    const end = points.ends[side > 0 ? 1 : 0];
    if (edge.at === end) break;
    const guessed = side * ((points.slopeRoot(edge) ?? Number.NaN) - edge.at) + 0.4 * search.tolerance;
    const step = guessed > least && guessed < reach ? guessed : reach;
    const next = side > 0 ? Math.min(edge.at + step, end) : Math.max(edge.at - step, end);
    const before = edge.parameter;
    edge = points.at(next);
    least = step;
    reach *= edge.parameter === before ? 8 : 2;
  }
  if (points.good === undefined)
    return fail("unsupported", `no ${search.what} from ${search.range[0]} to ${search.range[1]} meets the target`, {
      hint: "Ask for a larger epsilon or delta, or for less to be protected.",
    });
  while (points.open()) points.narrow();
  const { parameter, cost } = points.good;
  return { parameter, cost, refuted: points.refuted?.parameter, evaluations: points.evaluations };
}

/** What is known so far. */
class Points {
  readonly #search: Search;
  readonly #sign: 1 | -1;
  readonly ends: readonly [worst: number, best: number];
  good: Point | undefined;
  bad: Point | undefined;
  refuted: Point | undefined;
  evaluations = 0;
  #before: Point | undefined;
  #last: Point | undefined;
  /** Bracket widths so far: it must halve every three evaluations. */
  readonly #widths: number[] = [];

  constructor(search: Search) {
    this.#search = search;
    this.#sign = search.better === "larger" ? 1 : -1;
    const [min, max] = search.range.map((end) => this.ofParameter(end)) as [number, number];
    this.ends = this.#sign > 0 ? [min, max] : [max, min];
  }

  ofParameter(parameter: number): number {
    return this.#sign * Math.log(parameter);
  }

  /** Evaluates; keeps the best of each side. */
  at(position: number): Point {
    const { cost, target, range } = this.#search;
    const exact = Math.min(Math.max(Math.exp(this.#sign * position), range[0]), range[1]);
    const parameter = this.#snapped(exact);
    const bounds = cost(parameter);
    this.evaluations += 1;
    if (this.evaluations > evaluationsMax) fail("internal", `the search for a ${this.#search.what} does not end`);
    const excess = bounds.upper === 0 ? -1000 : Math.log(bounds.upper / target);
    const end = this.ends.find((one) => Math.abs(one - position) < 1e-15 * (1 + Math.abs(one)));
    const point = { at: end ?? this.ofParameter(parameter), parameter, cost: bounds, excess };
    if (bounds.upper <= target) {
      if (this.good === undefined || point.at <= this.good.at) this.good = point;
    } else if (this.bad === undefined || point.at >= this.bad.at) this.bad = point;
    if (bounds.lower > target && (this.refuted === undefined || point.at >= this.refuted.at)) this.refuted = point;
    [this.#before, this.#last] = [this.#last, point];
    return point;
  }

  /** Where the line through the last two points crosses the target; from one point, as if cost ~ 1/parameter. */
  slopeRoot(from: Point): number | undefined {
    if (!Number.isFinite(from.excess)) return undefined;
    const other = this.#before;
    if (other === undefined || !Number.isFinite(other.excess) || other.excess === from.excess)
      return from.at + from.excess;
    const root = from.at - (from.excess * (from.at - other.at)) / (from.excess - other.excess);
    return Number.isFinite(root) ? root : undefined;
  }

  /** Whether the bracket is wider than the tolerance, and a parameter lies inside it. */
  open(): boolean {
    const { good, bad } = this as { good: Point; bad: Point | undefined };
    if (bad === undefined) return false;
    if (good.at - bad.at <= this.#search.tolerance) return false;
    const { grid } = this.#search;
    return grid === undefined || Math.abs(good.parameter - bad.parameter) > 1.5 * grid;
  }

  /** One evaluation inside the bracket. */
  narrow(): void {
    const [good, bad] = [this.good as Point, this.bad as Point];
    const width = good.at - bad.at;
    const tolerance = Math.max(this.#search.tolerance, (this.#search.grid ?? 0) / good.parameter);
    this.#widths.push(width);
    const before = this.#widths.at(-4);
    const stuck = before !== undefined && width > before / 2;
    const root = this.#last === undefined || stuck ? undefined : this.slopeRoot(this.#last);
    let next = (good.at + bad.at) / 2;
    if (root !== undefined && root > bad.at - tolerance && root < good.at + tolerance) {
      next = root + 0.4 * tolerance;
      // Close to an end: look just across the root from it.
      if (good.at - next < 0.3 * tolerance) next = good.at - 0.95 * tolerance;
      else if (next - bad.at < 0.3 * tolerance) next = bad.at + 0.95 * tolerance;
      if (!(next > bad.at && next < good.at)) next = (good.at + bad.at) / 2;
    }
    next = this.#offEnds(next, good.parameter, bad.parameter);
    if (stuck) this.#widths.length = 0;
    this.at(next);
  }

  /** On a grid, the allowed position nearest to `position` that is neither end of the bracket. */
  #offEnds(position: number, good: number, bad: number): number {
    const { grid } = this.#search;
    if (grid === undefined) return position;
    const nearest = this.#snapped(Math.exp(this.#sign * position));
    const inwards = Math.sign(bad - good) * grid;
    if ((nearest - good) * inwards <= 0.5 * grid * grid) return this.ofParameter(good + inwards);
    if ((bad - nearest) * inwards <= 0.5 * grid * grid) return this.ofParameter(bad - inwards);
    return this.ofParameter(nearest);
  }

  #snapped(parameter: number): number {
    const { grid } = this.#search;
    return grid === undefined ? parameter : Math.round(parameter / grid) * grid;
  }
}
