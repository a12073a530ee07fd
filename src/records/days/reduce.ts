// One member's series to days, each metric by its rule.
import { isPlausible, type Metric, type Registry } from "../../task/metrics.ts";
import type { MemberDay } from "../types.ts";
import type { MetricCounts } from "./counts.ts";
import { withoutDoubles } from "./doubles.ts";
import { levelByDay } from "./level.ts";
import { Nights, nightMetrics, piecesOf, sleepByDay, sleepParts } from "./nights.ts";
import type { Restated } from "./restated.ts";
import { bySource, type Series } from "./series.ts";
import { type UnionOptions, unionByDay } from "./union.ts";
import { type DayValue, leaveOutUnslept, leaveOutUnworn, type WearOptions } from "./wear.ts";
import { type DayCandidate, wholeDays } from "./whole-days.ts";

export interface ReduceOptions extends WearOptions {
  readonly registry: Registry;
  countsOf(metric: string): MetricCounts;
  readonly restated: Restated;
}

/**
 * In steps of a metric each, between which a page may live.
 * @param given a member's series by metric @returns days in order, each metric in the order of its id
 */
export function* reduceMember(
  given: ReadonlyMap<string, Series[]>,
  options: ReduceOptions,
): Generator<undefined, MemberDay[], void> {
  const all = withoutDoubles(given, options.countsOf);
  const nights = nightsOf(given, all === given);
  yield;
  const days = new Map<number, Map<string, DayValue>>();
  for (const id of [...all.keys()].sort()) {
    const metric = options.registry.metric(id);
    if (metric === undefined) continue;
    for (const [day, value] of dayValues(all.get(id) as Series[], metric, nights, options))
      put(days, day, value, metric, options.countsOf(id));
    yield;
  }
  leaveOutUnslept(days, options);
  leaveOutUnworn(days, options);
  const onset = options.registry.metric("sleep_onset");
  if (onset !== undefined && !all.has("sleep_onset") && nights !== undefined)
    for (const [day, value] of onsets(nights))
      if (wasAsleep(days.get(day))) put(days, day, { value, provider: "" }, onset, options.countsOf("sleep_onset"));
  yield;
  const found: MemberDay[] = [];
  for (const [day, values] of [...days].sort(([a], [b]) => a - b)) {
    if (values.size === 0) continue;
    const entries = [...values].map(([id, { value }]) => [id, value] as const).sort(([a], [b]) => (a < b ? -1 : 1));
    for (const [id, value] of entries) count(options, id, value);
    found.push({ day, values: Object.fromEntries(entries) });
  }
  return found;
}

function count({ registry, countsOf }: ReduceOptions, id: string, value: number): void {
  const counts = countsOf(id);
  const { clip } = registry.metric(id) as Metric;
  counts.days++;
  if (value < clip.min || value > clip.max) counts.clipped++;
}

/** Stages that are placed otherwise than their sleep are nights of their own. */
function nightsOf(all: ReadonlyMap<string, Series[]>, alike: boolean): Nights | undefined {
  const parts = all.has("sleep") && alike ? ["sleep"] : sleepParts;
  const series = parts.flatMap((part) => all.get(part) ?? []);
  return series.some(({ spans }) => spans.rows > 0) ? new Nights(piecesOf(series)) : undefined;
}

/** Whether a minute asleep is left, of which its onset can be. */
const wasAsleep = (values: ReadonlyMap<string, DayValue> | undefined): boolean =>
  sleepParts.some((id) => (values?.get(id)?.value ?? 0) > 0);

/** Of each day's longest sleep. */
function onsets({ all }: Nights): Map<number, number> {
  const longest = new Map<number, { length: number; onset: number }>();
  // An instant of waking does not say when sleep began.
  for (const { start, end, day, onset } of all)
    if (end - start > (longest.get(day)?.length ?? 0)) longest.set(day, { length: end - start, onset });
  return new Map([...longest].map(([day, { onset }]) => [day, onset]));
}

const DAY_MINUTES = 1440;
/** The longest day of a change of clocks. */
const LONG_DAY_MINUTES = 1500;

function put(
  days: Map<number, Map<string, DayValue>>,
  day: number,
  { value, provider }: DayValue,
  metric: Metric,
  counts: MetricCounts,
): void {
  const whole = metric.unit.startsWith("{") && metric.rule === "sum";
  let rounded = whole ? Math.round(value) : Math.round(value * 1e6) / 1e6;
  if (metric.plausible.max === DAY_MINUTES && rounded > DAY_MINUTES && rounded <= LONG_DAY_MINUTES)
    rounded = DAY_MINUTES;
  if (!isPlausible(metric, rounded)) {
    counts.implausible++;
    return;
  }
  const values = days.get(day);
  if (values === undefined) days.set(day, new Map([[metric.id, { value: rounded, provider }]]));
  else values.set(metric.id, { value: rounded, provider });
}

/** Events that are counted, and not shared out at midnight. */
const wholeMetrics = /^(?:exercise_sessions|naps|visits|classes|support_contacts|app_opens)$/;

function dayValues(
  given: readonly Series[],
  metric: Metric,
  nights: Nights | undefined,
  { countsOf, restated }: ReduceOptions,
): Map<number, DayValue> {
  const counts = countsOf(metric.id);
  const series = [...given].sort(bySource);
  const totals = new Map<string, Set<number>>();
  for (const { source, days } of series)
    if (source.total === true)
      totals.set(source.provider, new Set([...(totals.get(source.provider) ?? []), ...days.keys()]));
  const options: UnionOptions = {
    whole: wholeMetrics.test(metric.id),
    totalled: ({ source }, day) => source.total !== true && totals.get(source.provider)?.has(day) === true,
    duplicates: (more) => {
      counts.duplicates += more;
    },
    overlaps: (more) => {
      counts.overlapping += more;
    },
  };
  const candidates = new Map<number, DayCandidate[]>();
  const add = (day: number, candidate: DayCandidate) => {
    const others = candidates.get(day);
    if (others === undefined) candidates.set(day, [candidate]);
    else others.push(candidate);
  };
  for (const one of series)
    for (const [day, candidate] of wholeDays(one, {
      rule: metric.rule,
      restated: (file) => restated.is(file, metric.id),
      duplicates: options.duplicates,
      conflicts: (more) => {
        counts.conflicts += more;
      },
      joined: () => {
        counts.joined++;
      },
    }))
      if (options.totalled(one, day)) options.overlaps(1);
      else add(day, candidate);
  if (series.some(({ spans, greatest }) => spans.rows + greatest.size > 0))
    for (const [day, { value, by }] of spanDays(series, metric, nights, options)) add(day, { value, by, total: false });
  return new Map([...candidates].map(([day, all]) => [day, chosen(all, metric, options)]));
}

function spanDays(
  series: readonly Series[],
  metric: Metric,
  nights: Nights | undefined,
  options: UnionOptions,
): ReadonlyMap<number, { readonly value: number; readonly by: Series }> {
  if (metric.rule !== "sum")
    return levelByDay(series, {
      ...options,
      rule: metric.rule,
      nights: nightMetrics.has(metric.id) ? (nights ?? new Nights([])) : undefined,
    });
  return nightMetrics.has(metric.id)
    ? sleepByDay(series, nights ?? new Nights(piecesOf(series)), options)
    : unionByDay(series, options);
}

/** Of several accounts of one day, the most believed one. */
function chosen(candidates: readonly DayCandidate[], { rule }: Metric, { overlaps }: UnionOptions): DayValue {
  const sum = rule === "sum";
  const ordered = [...candidates].sort(
    (a, b) =>
      a.by.rank - b.by.rank || (sum ? b.value - a.value : Number(b.total) - Number(a.total)) || a.value - b.value,
  );
  const best = ordered[0] as DayCandidate;
  if (ordered.length > 1) overlaps(ordered.length - 1);
  // The union of all that was seen is at least what one source counted over the whole day.
  const greater = sum && !best.total ? ordered.find(({ value, total }) => total && value > best.value) : undefined;
  const { value, by } = greater ?? best;
  return { value, provider: by.source.provider };
}
