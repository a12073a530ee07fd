// Axes: their ends, their round steps, and where a value lies. The scales are d3's; this file keeps what is not a number,
// and what is beyond the ends, inside of the drawing.
import { scaleLinear, scaleLog } from "d3-scale";
import type { Axis } from "./figure.ts";

const TICKS = 4;
/** Nothing that is measured is larger, and the difference of two stays a number. */
const LARGEST = 1e300;
/** Nor any difference that is shown smaller: steps between numbers that are next to each other are none. */
const LEAST = 1e-300;

export interface Steps {
  readonly low: number;
  readonly high: number;
  readonly ticks: readonly number[];
  /** Places for the ticks. */
  readonly tickDecimals: number;
  /** Places for values shown beside the axis: a tenth of a step can still be told apart. */
  readonly decimals: number;
}

/** Ends that hold the finite ones of `values`, apart from each other. */
export function endsOf(values: readonly number[]): readonly [low: number, high: number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
  for (const value of values) {
    if (!Number.isFinite(value)) continue;
    low = Math.min(low, Math.max(-LARGEST, value));
    high = Math.max(high, Math.min(LARGEST, value));
  }
  if (low > high) return [0, 1];
  return high - low > Math.max(LEAST, Math.abs(low) * 1e-12)
    ? [low, high]
    : [low, low + Math.max(1, Math.abs(low) / 10)];
}

/** Ends for a log axis: the positive ones of `values`, at least a factor of ten apart. */
export function positiveEndsOf(values: readonly number[]): readonly [low: number, high: number] {
  const [low, high] = endsOf(values.filter((value) => value > 0));
  const least = Math.max(LEAST, low);
  return high >= 10 * least ? [least, high] : [least, 10 * least];
}

export function stepsOf({ scale, low, high }: Pick<Axis, "scale" | "low" | "high">): Steps {
  if (scale === "log") {
    const all = scaleLog().domain([low, high]).ticks(TICKS);
    // 1, 2, 5 of each decade where they have room, else 1.
    const few = [all, all.filter((tick) => /^[125]e/.test(tick.toExponential())), all.filter(isPower)];
    const ticks = few.find((each) => each.length <= TICKS + 1) ?? thinned(all.filter(isPower));
    return { low, high, ticks, tickDecimals: 0, decimals: 0 };
  }
  const ticks = scaleLinear().domain([low, high]).ticks(TICKS);
  const step = ticks.length > 1 ? (ticks[1] as number) - (ticks[0] as number) : (high - low) / TICKS;
  const places = -Math.floor(Math.log10(step) + 1e-9);
  return { low, high, ticks, tickDecimals: Math.max(0, places), decimals: Math.max(0, places + 1) };
}

/** From 0 at the low end to 1 at the high one; values beyond lie on the end, what is no number at 0. */
export function shareAlong({ scale, low, high }: Pick<Axis, "scale" | "low" | "high">, value: number): number {
  const of = scale === "log" ? Math.log : (x: number) => x;
  if (value >= high) return 1;
  if (!(value > low)) return 0;
  return Math.min(1, Math.max(0, (of(value) - of(low)) / (of(high) - of(low))));
}

/** Room at both ends of a drawing, in percent of its width, so that dots and tick labels are not cut. */
const MARGIN = 4;

/** Percent of a drawing's width. */
export function place(axis: Pick<Axis, "scale" | "low" | "high">, value: number): number {
  return MARGIN + (100 - 2 * MARGIN) * shareAlong(axis, value);
}

/** As an SVG length. */
export function percentage(value: number): string {
  return `${Math.round(value * 100) / 100}%`;
}

const isPower = (tick: number) => /^1e/.test(tick.toExponential());

function thinned(ticks: readonly number[]): readonly number[] {
  const every = Math.ceil(ticks.length / TICKS);
  return ticks.filter((_, at) => at % every === 0);
}
