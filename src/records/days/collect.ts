// Takes samples as readers push them and keeps of each what its metric's rule needs: nothing but numbers.
import { fail } from "../../base/errors.ts";
import { isPlausible, type Metric, type Registry } from "../../task/metrics.ts";
import type { Sink } from "../reader.ts";
import { localDay, type Place, type Sample, type Source } from "../sample.ts";
import type { NoteKind, SkipReason } from "../says.ts";
import type { Member } from "../types.ts";
import { type MetricCounts, newCounts } from "./counts.ts";
import { nightMetrics, sleepParts } from "./nights.ts";
import { rankOf } from "./priority.ts";
import { reduceMember } from "./reduce.ts";
import { Restated } from "./restated.ts";
import { Series } from "./series.ts";
import { ROWS_MAX } from "./spans.ts";
import { COVERAGE_MIN } from "./wear.ts";

export interface CollectOptions {
  readonly registry: Registry;
  /** The share of a day that a device must have been worn, where that is known; default: ten hours. */
  readonly coverageMin?: number;
  /** The last day that there can be anything of, by the caller's clock: what is later is kept, and told. */
  readonly lastDay?: number;
}

/** Longer than any local day: such a value belongs to none. */
const SPAN_MS_MAX = 36 * 3_600_000;
/** Before 1990 there was no device: a clock that was never set counts from 1970, FIT's from the last day of 1989. */
const DAY_MIN = 7305;
/** 2200. */
const DAY_MAX = 84_006;
const [INSTANT_MIN, INSTANT_MAX] = [DAY_MIN * 86_400_000, DAY_MAX * 86_400_000];
const OFFSET_MINUTES_MAX = 18 * 60;

interface MemberStore {
  readonly metrics: Map<string, Series[]>;
  readonly profile: Map<string, string>;
}

/** What is told of a file beside samples: the report's part. */
export interface Told {
  skip(reason: SkipReason, place: Place): void;
  note(note: NoteKind, place: Place, count: number): void;
}

export class Collector implements Sink {
  /** Whose file it is that names nobody. */
  owner = "";
  readonly counts = new Map<string, MetricCounts>();
  /** Samples of the file that is read. */
  fromFile = 0;
  /** Whether it named nobody for some of them. */
  unnamed = false;
  readonly #options: CollectOptions;
  readonly #told: Told;
  readonly #members = new Map<string, MemberStore>();
  readonly #keys = new Map<string, Source>();
  #last:
    | { readonly member: string; readonly metric: string; readonly source: Source; readonly series: Series }
    | undefined;
  readonly #restated = new Restated();
  #file = 0;
  #rows = 0;

  constructor(options: CollectOptions, told: Told) {
    this.#options = options;
    this.#told = told;
  }

  /** What follows is of another file. */
  begin(owner: string): void {
    this.owner = owner;
    this.#file++;
    this.#last = undefined;
    this.fromFile = 0;
    this.unnamed = false;
  }

  sample(sample: Sample): void {
    const { metric: id, when, value, place } = sample;
    const metric = this.#options.registry.metric(id) ?? fail("internal", `a reader gave "${id}", which is no metric`);
    const counts = this.#countsOf(id);
    const fault = faultOf(sample);
    if (fault !== undefined) {
      this.#told.skip(fault, place);
      return;
    }
    counts.values++;
    this.fromFile++;
    const { lastDay = Number.POSITIVE_INFINITY } = this.#options;
    if ((when.kind === "day" ? when.day : localDay(when.start, when.zone.offsetMinutes)) > lastDay)
      this.#told.note("still_to_come", place, 1);
    if (sample.member === "") this.unnamed = true;
    if (when.kind === "span") counts.zones[when.zone.from]++;
    if (sample.converted !== undefined)
      counts.converted[sample.converted] = (counts.converted[sample.converted] ?? 0) + 1;
    const { metrics } = this.#memberOf(sample.member);
    if (!partPlausible(metric, value)) {
      counts.implausible++;
      counts.firstImplausible ??= place;
      return;
    }
    const series = this.#seriesOf(sample, metrics);
    if (when.kind === "day") {
      const { nth, same } = series.addDay(when.day, value, this.#file);
      if (sample.source.total !== true) this.#restated.add(this.#file, id, nth, same);
    } else if (metric.rule === "max" && !nightMetrics.has(id))
      series.addGreatest(localDay(when.start, when.zone.offsetMinutes), value);
    else series.spans.add(when.start, when.end, value, when.zone.offsetMinutes);
    if (++this.#rows > ROWS_MAX)
      fail("invalid_data", `more than ${ROWS_MAX} values: import fewer files or members at a time`);
  }

  attribute(member: string, attribute: string, value: string, place: Place): void {
    this.fromFile++;
    const { profile } = this.#memberOf(member);
    const before = profile.get(attribute);
    if (before !== undefined && before !== value) this.#told.note("attribute_changed", place, 1);
    profile.set(attribute, value);
  }

  skip(reason: SkipReason, place: Place): void {
    this.#told.skip(reason, place);
  }

  note(note: NoteKind, place: Place, count = 1): void {
    this.#told.note(note, place, count);
  }

  get memberCount(): number {
    return this.#members.size;
  }

  /** Members by id, one after the other: what was kept of each is let go. */
  *members(): Generator<Member, void, void> {
    for (const step of this.steps()) if (step !== undefined) yield step;
  }

  /** The same with steps between, at which a page may live: undefined. */
  *steps(): Generator<Member | undefined, void, void> {
    const options = {
      registry: this.#options.registry,
      coverageMin: this.#options.coverageMin ?? COVERAGE_MIN,
      restated: this.#restated,
      stepsKnown: this.counts.has("steps"),
      countsOf: (metric: string) => this.#countsOf(metric),
    };
    for (const id of [...this.#members.keys()].sort()) {
      const { metrics, profile } = this.#members.get(id) as MemberStore;
      this.#members.delete(id);
      yield { id, profile: Object.fromEntries(profile), days: yield* reduceMember(metrics, options) };
    }
  }

  #countsOf(metric: string): MetricCounts {
    let counts = this.counts.get(metric);
    if (counts === undefined) {
      counts = newCounts();
      this.counts.set(metric, counts);
    }
    return counts;
  }

  #memberOf(named: string): MemberStore {
    const id = named === "" ? this.owner : named;
    let member = this.#members.get(id);
    if (member === undefined) {
      member = { metrics: new Map(), profile: new Map() };
      this.#members.set(id, member);
    }
    return member;
  }

  /** Files are written in runs of one member, metric and source. */
  #seriesOf({ member, metric, source, when }: Sample, metrics: MemberStore["metrics"]): Series {
    const unplaced = when.kind === "span" && !/^(?:record|file)$/.test(when.zone.from) && sleepParts.includes(metric);
    const last = this.#last;
    if (
      last?.source === source &&
      last.metric === metric &&
      last.member === member &&
      last.series.unplaced === unplaced
    )
      return last.series;
    let all = metrics.get(metric);
    if (all === undefined) {
      all = [];
      metrics.set(metric, all);
    }
    const one = this.#sourceOf(source);
    let series = all.find((each) => each.source === one && each.unplaced === unplaced);
    if (series === undefined) {
      series = new Series(one, rankOf(metric, one), unplaced);
      all.push(series);
    }
    this.#last = { member, metric, source, series };
    return series;
  }

  /** One object for a source, however many a reader makes. */
  #sourceOf(source: Source): Source {
    const key = `${source.provider}\n${source.deviceClass}\n${source.total === true} ${source.parts === true}\n${source.key}`;
    let one = this.#keys.get(key);
    if (one === undefined) {
      one = source;
      this.#keys.set(key, one);
    }
    return one;
  }
}

/** Why a sample says nothing of any day; undefined where it does. */
export function faultOf({ when, value }: Pick<Sample, "when" | "value">): SkipReason | undefined {
  if (!Number.isFinite(value)) return "not_a_number";
  if (when.kind === "day")
    return Number.isInteger(when.day) && when.day >= DAY_MIN && when.day <= DAY_MAX ? undefined : "no_device_yet";
  const { start, end, zone } = when;
  if (!(start >= INSTANT_MIN && start <= INSTANT_MAX) || !Number.isFinite(end)) return "no_device_yet";
  if (Math.abs(zone.offsetMinutes) > OFFSET_MINUTES_MAX || !Number.isFinite(zone.offsetMinutes)) return "not_a_date";
  if (end < start) return "ends_before_it_starts";
  return end - start > SPAN_MS_MAX ? "longer_than_a_day" : undefined;
}

/** Whether a value can be one of several that make a day: of a sum only the upper bound can tell, and the sign. */
function partPlausible(metric: Metric, value: number): boolean {
  if (metric.rule !== "sum") return isPlausible(metric, value);
  return value >= Math.min(0, metric.plausible.min) && value <= metric.plausible.max;
}
