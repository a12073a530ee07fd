// What a whole column shows before any of its cells is read: which mark stands before decimals, whether 7:32 is hours or
// minutes, and whether the numbers are of the unit they are taken for.
import type { Metric } from "../../task/metrics.ts";
import { unitFactor } from "../units.ts";
import type { BoundValue } from "./bound.ts";
import { readDuration } from "./cells/durations.ts";
import { isMissing, readNumber } from "./cells/numbers.ts";
import { UnitEvidence } from "./looks.ts";

/** How a column's numbers are read: by one convention; each by the one it fits; or as whole numbers, which have no decimals. */
export type NumberPlan = "point" | "comma" | "each" | "whole";

export interface ValuePlan {
  readonly numbers: NumberPlan;
  /** 7:32 is minutes and seconds, not hours and minutes. */
  readonly minutesAndSeconds: boolean;
  /** Marks that could stand before decimals stand between thousands. */
  readonly thousands: boolean;
}

/** More than this is no number of hours. */
const HOURS_MAX = 24;
/** Below this few grown people weigh in pounds; up from it many do, and some in kilograms. */
const EITHER_UNIT = 100;
/** Most of a person's workouts are shorter: a column of 12:30 and 8:10 is of minutes and seconds. */
const LONG_HOURS = 4;
const activity = /^(?:exercise|moderate|vigorous)$/;

export class ValueEvidence {
  readonly value: BoundValue;
  readonly metric: Metric | undefined;
  /** Into the metric's own unit. */
  readonly factor: number;
  /** Numbers that fit one convention only. */
  point = 0;
  comma = 0;
  /** Numbers that are different ones by the two: 8.123. */
  open = 0;
  /** Of these, with a comma. */
  #openCommas = 0;
  #greatestClock = 0;
  #clocks = 0;
  /** Of these, with a first part that would be many hours. */
  #longClocks = 0;
  readonly #settled: UnitEvidence | undefined;
  readonly #byPoint: UnitEvidence | undefined;
  readonly #byComma: UnitEvidence | undefined;

  constructor(value: BoundValue, metric: Metric | undefined) {
    this.value = value;
    this.metric = metric;
    this.factor =
      metric === undefined || value.unit === undefined ? 1 : (unitFactor(metric, value.unit.name) ?? Number.NaN);
    if (metric === undefined) return;
    this.#settled = new UnitEvidence(metric, this.factor);
    this.#byPoint = new UnitEvidence(metric, this.factor);
    this.#byComma = new UnitEvidence(metric, this.factor);
  }

  /** Numbers that fit one convention or are the same by both, and how many of them are a weight in kilograms or in pounds alike. */
  #numbered = 0;
  #weighty = 0;

  /** A number that is the same by both conventions, or fits the point alone. */
  plain(value: number, decimals: boolean): void {
    if (decimals) this.point++;
    this.#numbered++;
    if (value >= EITHER_UNIT) this.#weighty++;
    this.#settled?.add(value);
  }
  /** Any other trimmed cell. */
  text(cell: string): void {
    if (isMissing(cell)) return;
    const number = readNumber(cell);
    if (number === undefined) {
      const duration = this.metric?.unit === "min" ? readDuration(cell) : undefined;
      if (duration?.clock !== true) return;
      this.#clocks++;
      const hours = Math.floor(duration.minutes / 60);
      this.#greatestClock = Math.max(this.#greatestClock, hours);
      if (hours >= LONG_HOURS) this.#longClocks++;
      return;
    }
    const { point, comma, unit } = number;
    const counts = unit === "" ? this.#settled : undefined;
    if (Number.isNaN(comma)) {
      this.point++;
      counts?.add(point);
    } else if (Number.isNaN(point)) {
      this.comma++;
      counts?.add(comma);
    } else if (point === comma) counts?.add(point);
    else {
      this.open++;
      if (cell.includes(",")) this.#openCommas++;
      this.#byPoint?.add(point);
      this.#byComma?.add(comma);
    }
  }

  /**
   * @param file numbers of the file's other columns that fit one convention only
   * @returns undefined where numbers like 8.123 may be either and nothing tells
   */
  plan(file: { readonly point: number; readonly comma: number }): ValuePlan | undefined {
    const numbers = this.#numbers(file);
    const long = activity.test(this.metric?.id ?? "") && this.#longClocks > this.#clocks / 2;
    // what is stated in hours or days holds no seconds
    const stated = this.value.unit !== undefined && this.factor > 1;
    const minutesAndSeconds = this.#clocks > 0 && !stated && (long || this.#greatestClock > HOURS_MAX);
    if (numbers === undefined) return undefined;
    const marks =
      numbers === "point" ? this.#openCommas : numbers === "comma" ? this.open - this.#openCommas : this.open;
    return { numbers, minutesAndSeconds, thousands: numbers !== "each" && marks > 0 };
  }

  #numbers(file: { readonly point: number; readonly comma: number }): NumberPlan | undefined {
    if (this.point > 0 && this.comma > 0) return "each";
    if (this.point > 0 || this.comma > 0 || this.open === 0) return this.comma > 0 ? "comma" : "point";
    // what is counted has no decimals
    if (this.metric?.unit.startsWith("{") === true) return "whole";
    if (file.point > 0 !== file.comma > 0) return file.comma > 0 ? "comma" : "point";
    const [byPoint, byComma] = [this.#byPoint?.own ?? 1, this.#byComma?.own ?? 1];
    if (byPoint >= 0.75 && byComma <= 0.25) return "point";
    return byComma >= 0.75 && byPoint <= 0.25 ? "comma" : undefined;
  }

  /**
   * The unit that the column's numbers look like, where it is not the one they are taken for.
   * @param exported whether the table is an export, of which nobody said what its units are
   */
  suspect(plan: NumberPlan, exported = false): string | undefined {
    if (this.value.unit?.from === "given" || this.metric === undefined) return undefined;
    // an account's own unit, which its export does not state
    if (exported && this.metric.unit === "kg" && this.#weighty > this.#numbered / 2) return "lb";
    return this.#settled?.suspect(plan === "comma" ? this.#byComma : plan === "point" ? this.#byPoint : undefined);
  }
}

const stones = /^(\d{1,2})\s*st(?:ones?|\.)?[\s,]*(\d{1,2}(?:\.\d+)?)\s*(?:lbs?|pounds?)\.?$/i;

/** `11 st 1 lb` in kilograms: 14 pounds of 0.45359237 kg each; undefined for anything else. */
function readStones(cell: string): number | undefined {
  const [, whole, pounds] = stones.exec(cell) ?? [];
  return whole === undefined ? undefined : Math.round((Number(whole) * 14 + Number(pounds)) * 453_592.37) / 1e6;
}

/** A trimmed cell in the unit of its column, or why it is none. */
export function readValue(
  cell: string,
  { numbers, minutesAndSeconds }: ValuePlan,
  metric: Metric | undefined,
  factor: number,
): number | "empty" | "not_a_number" | "thousands_separator" | "unknown_unit" {
  if (isMissing(cell)) return "empty";
  const number = readNumber(cell);
  if (number === undefined) {
    const duration = metric?.unit === "min" ? readDuration(cell) : undefined;
    if (duration === undefined) return (metric?.unit === "kg" ? readStones(cell) : undefined) ?? "not_a_number";
    return duration.clock && minutesAndSeconds ? duration.minutes / 60 : duration.minutes;
  }
  const { point, comma, unit } = number;
  const value = byPlan(point, comma, numbers);
  if (Number.isNaN(value)) return "thousands_separator";
  if (unit === "" || metric === undefined) return value * factor;
  const own = unitFactor(metric, unit);
  return own === undefined ? "unknown_unit" : value * own;
}

function byPlan(point: number, comma: number, plan: NumberPlan): number {
  if (point === comma) return point;
  if (Number.isNaN(comma)) return plan === "comma" ? Number.NaN : point;
  if (Number.isNaN(point)) return plan === "point" ? Number.NaN : comma;
  if (plan === "whole") return Number.isInteger(point) ? point : Number.isInteger(comma) ? comma : Number.NaN;
  return plan === "point" ? point : plan === "comma" ? comma : Number.NaN;
}
