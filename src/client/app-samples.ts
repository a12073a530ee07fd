// What an app gives of single measurements, checked: what is no sample at all is an error that names the entry; what is one and
// cannot be used is counted, by the reasons of an import. Messages never hold a value.
import { closest } from "../base/closest.ts";
import { fail } from "../base/errors.ts";
import type { Quality } from "../records/quality.ts";
import type { DeviceClass, Sample, Source, When } from "../records/sample.ts";
import { toUnit, unitFactor } from "../records/units.ts";
import { baseMetrics, builtIn, type MetricId } from "../task/metrics.ts";

/** One measurement of one metric, as a wearable's store gives it. */
export interface AppSample {
  readonly metric: MetricId;
  readonly value: number;
  /** UCUM, or as platforms write it: "count/min", "mi". Default: the metric's own. */
  readonly unit?: string;
  /** Milliseconds since 1970; a value of a whole local day has `day` in place of both. */
  readonly start?: number;
  /** Default: `start`, an instant. */
  readonly end?: number;
  /** Minutes east of UTC where it was measured, if the record says so. Default: this device's own at `start`. */
  readonly offsetMinutes?: number;
  /** Days since 1970-01-01, in the member's own calendar: the source's own total or level of that day. */
  readonly day?: number;
  /**
   * The record's id at its source. All samples of one id are one record: what is given under it takes the place of what was given
   * before, and it can be deleted. Without one, the same sample again changes nothing.
   */
  readonly id?: string;
  readonly source?: {
    /** One for each physical device or app; never a person's name. */
    readonly key: string;
    readonly deviceClass?: DeviceClass;
    /** Whose store it is: "healthkit". A day's total stands before that provider's samples of the day. */
    readonly provider?: string;
  };
}

/** With the id of its record; "" without one. */
export interface Identified {
  readonly id: string;
  readonly sample: Sample;
}

const SAMPLES_MAX = 100_000;
const TEXT_MAX = 200;
const fields = ["metric", "value", "unit", "start", "end", "offsetMinutes", "day", "id", "source"];
const sourceFields = ["key", "deviceClass", "provider"];
const classes: readonly DeviceClass[] = ["watch", "phone", "ring", "band", "scale", "chest", "other", "unknown"];
const metricNames = baseMetrics.map(({ id }) => id);

/**
 * @param offsetAt this device's own, for samples that state no zone
 * @throws PacelineError invalid_argument naming the entry that is wrong
 */
export function checkSamples(
  given: readonly unknown[],
  offsetAt: (instant: number) => number,
  quality: Pick<Quality, "skip">,
): readonly Identified[] {
  if (given.length > SAMPLES_MAX) wrong(`record() takes at most ${SAMPLES_MAX} samples at a time, not ${given.length}`);
  const sources = new Map<string, Source>();
  return given.flatMap((each, i) => {
    const at = `record()[${i}]`;
    if (typeof each !== "object" || each === null || Array.isArray(each))
      return wrong(`${at} must be a sample: { metric, value, start, … }`);
    const one = each as Record<keyof AppSample, unknown>;
    noOther(at, one, fields);
    const metric = builtIn.metric(knownMetric(at, one.metric)) ?? fail("internal", "a known metric");
    const number = typeof one.value === "number" ? one.value : wrong(`${at}.value must be a number`);
    const unit = one.unit === undefined ? metric.unit : textOf(`${at}.unit`, one.unit);
    const place = { file: "record()", record: i + 1, column: metric.id };
    if (unitFactor(metric, unit) === undefined) {
      quality.skip("unknown_unit", place);
      return [];
    }
    const value = toUnit(metric, number, unit) as number;
    const source = sourceOf(at, one.source, one.day !== undefined);
    const key = JSON.stringify(source);
    const known = sources.get(key) ?? source;
    sources.set(key, known);
    const when = whenOf(at, one, offsetAt);
    const converted = unitFactor(metric, unit) === 1 ? {} : { converted: unit };
    const sample: Sample = { member: "", metric: metric.id, when, value, source: known, place, ...converted };
    return [{ id: one.id === undefined ? "" : textOf(`${at}.id`, one.id), sample }];
  });
}

function knownMetric(at: string, metric: unknown): MetricId {
  const name = textOf(`${at}.metric`, metric);
  if ((metricNames as readonly string[]).includes(name)) return name as MetricId;
  const near = closest(name, metricNames);
  return wrong(
    `${at}.metric: there is no metric "${name}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    "Samples are of built-in metrics, whose rules make days of them; of the operator's own, give days.",
  );
}

function whenOf(at: string, one: Record<keyof AppSample, unknown>, offsetAt: (instant: number) => number): When {
  const { day, start, end = start, offsetMinutes } = one;
  const number = (name: string, value: unknown): number =>
    typeof value === "number" && Number.isFinite(value) ? value : wrong(`${at}.${name} must be a finite number`);
  if (day !== undefined) {
    if (start !== undefined || end !== undefined) wrong(`${at} has both a day and a start: a sample is of one of them`);
    return Number.isInteger(day)
      ? { kind: "day", day: day as number }
      : wrong(`${at}.day must be a whole number of days since 1970-01-01`);
  }
  if (start === undefined) return wrong(`${at} must have a start, in milliseconds since 1970, or a day`);
  const from = number("start", start);
  const zone =
    offsetMinutes === undefined
      ? ({ offsetMinutes: offsetAt(from), from: "device" } as const)
      : ({ offsetMinutes: number("offsetMinutes", offsetMinutes), from: "record" } as const);
  return { kind: "span", start: from, end: number("end", end), zone };
}

function sourceOf(at: string, given: unknown, ofDay: boolean): Source {
  const total = ofDay ? ({ total: true } as const) : {};
  if (given === undefined) return { key: "app", provider: "app", deviceClass: "unknown", ...total };
  if (typeof given !== "object" || given === null) return wrong(`${at}.source must be { key, deviceClass, provider }`);
  noOther(`${at}.source`, given, sourceFields);
  const { key, deviceClass = "unknown", provider = "app" } = given as Record<string, unknown>;
  if (!(classes as readonly unknown[]).includes(deviceClass))
    wrong(`${at}.source.deviceClass must be one of ${classes.join(", ")}`);
  return {
    key: textOf(`${at}.source.key`, key),
    provider: textOf(`${at}.source.provider`, provider),
    deviceClass: deviceClass as DeviceClass,
    ...total,
  };
}

function noOther(at: string, given: object, known: readonly string[]): void {
  const other = Object.keys(given).find((name) => !known.includes(name));
  if (other === undefined) return;
  const near = closest(other, known);
  wrong(
    `${at} has a field "${other.slice(0, 40)}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    known.join(", "),
  );
}

function textOf(at: string, value: unknown): string {
  if (typeof value !== "string" || value === "" || value.length > TEXT_MAX)
    return wrong(`${at} must be a text of 1 to ${TEXT_MAX} characters`);
  return value;
}

function wrong(detail: string, hint?: string): never {
  return fail("invalid_argument", detail, hint === undefined ? {} : { hint });
}
