// Samples to days on this device, as an import makes them: one account of each day by its metrics' rules, whatever comes twice, late
// or in pieces. For that the samples of the last days are kept, and those alone; a day is written anew where what its samples say
// has changed.
import { Collector, faultOf } from "../records/days/collect.ts";
import { Quality, type QualityReport } from "../records/quality.ts";
import { localDay, type Sample } from "../records/sample.ts";
import type { MemberDay } from "../records/types.ts";
import { builtIn } from "../task/metrics.ts";
import { type AppSample, checkSamples, type Identified } from "./app-samples.ts";
import { changeOfDays, type DayChange } from "./keep-days.ts";
import type { Settings } from "./options.ts";
import { entry, keys, type Participation, readAll, readJson } from "./state.ts";

export interface RecordOptions {
  /** Ids of records that are no more at their source. */
  readonly deleted?: readonly string[];
}

export interface Recorded {
  /** Days of which something changed. */
  readonly days: number;
  /** Of them, those that an answer of this device was about already: it stays as it was, and later ones use the new values. */
  readonly late: number;
  /** Samples that were new, or took the place of others of their record. */
  readonly samples: number;
  /** Samples that had been given before, and changed nothing. */
  readonly repeated: number;
  /** Samples that went with a deleted record or gave way to its new ones. */
  readonly removed: number;
  /** Samples of days that lie too far back: import() a file for those. */
  readonly tooOld: number;
  /** What was converted, assumed and left out, of the days that were looked at: counts, kinds and places, never a value. */
  readonly report: QualityReport;
}

/** Days whose samples are kept: what arrives later than that is not taken up. */
const KEPT_DAYS = 40;
/** Rows on either side of a day that may say something of it: a chain of pieces makes one night of up to a day's length. */
const MARGIN_DAYS = 2;
/** No sample is longer than a day and a half, however long it says it is. */
const SPAN_DAYS_MAX = 3;

type Rows = ReadonlyMap<number, readonly Identified[]>;

/** @throws PacelineError invalid_argument naming the entry that is wrong, conflict when another tab goes on writing */
export async function recordSamples(
  settings: Settings,
  given: readonly AppSample[],
  { deleted = [] }: RecordOptions = {},
): Promise<Recorded> {
  const { store, platform } = settings;
  const quality = new Quality();
  const offsetAt = (instant: number) => -new Date(instant).getTimezoneOffset();
  const checked = checkSamples(given, offsetAt, quality);
  const now = platform.clock.now();
  const today = localDay(now, offsetAt(now));
  const all = checked.filter(({ sample }) => {
    // The member may be a day ahead of this device's zone.
    const fault = faultOf(sample) ?? (bucketOf(sample) > today + 1 ? "in_the_future" : undefined);
    if (fault !== undefined) quality.skip(fault, sample.place);
    return fault === undefined;
  });
  const oldest = today - KEPT_DAYS;
  const fresh = all.filter(({ sample }) => bucketOf(sample) >= oldest);
  const { rows: before, raw } = await readRows(settings);
  const merged = merge(before, fresh, new Set(deleted));
  const affected = new Set(merged.changed.flatMap(daysTouched));
  const was = daysOf(before, affected, new Quality());
  const is = daysOf(merged.rows, affected, quality);
  const changes = [...affected].flatMap((day) => changeOf(day, was.days.get(day), is.days.get(day)));
  const { put, expect } = await changeOfDays(store, changes);
  const gone = [...raw.keys()].filter((day) => day < oldest || !merged.rows.has(day)).map(keys.samples);
  const written = [...merged.touched].filter((day) => day >= oldest && merged.rows.has(day));
  await store.transaction({
    put: [
      ...put,
      ...written.map((day) => entry(keys.samples(day), packed(merged.rows.get(day) ?? []))),
      ...(changes.length > 0 ? [entry(keys.imported, true)] : []),
    ],
    delete: gone,
    expect: [...expect, ...[...raw].map(([day, bytes]) => [keys.samples(day), bytes] as const)],
  });
  const members = [{ id: "", profile: {}, days: [...is.days.values()] }];
  return {
    days: changes.length,
    late: await countLate(settings, changes),
    samples: merged.added,
    repeated: merged.repeated,
    removed: merged.removed,
    tooOld: all.length - fresh.length,
    report: quality.report(members, is.counts),
  };
}

/** The row that a sample is kept in: its local day, of a span the one in which it ends. */
function bucketOf({ when }: Sample): number {
  if (when.kind === "day") return when.day;
  return localDay(when.end > when.start ? when.end - 1 : when.start, when.zone.offsetMinutes);
}

/**
 * Days of which it may say something: a piece of a night belongs to the day of waking, and may be what joins pieces before it to
 * that day.
 */
function daysTouched({ when }: Sample): number[] {
  if (when.kind === "day") return [when.day];
  const { start, end, zone } = when;
  const first = localDay(start, zone.offsetMinutes) - 1;
  const last = Math.min(localDay(Math.max(start, end), zone.offsetMinutes), first + SPAN_DAYS_MAX) + 1;
  return Array.from({ length: last - first + 1 }, (_, i) => first + i);
}

interface Merged {
  readonly rows: Rows;
  /** Samples that came or went. */
  readonly changed: readonly Sample[];
  /** Rows that are others now. */
  readonly touched: ReadonlySet<number>;
  readonly added: number;
  readonly repeated: number;
  readonly removed: number;
}

/** A record's samples take the place of all that were given under its id; without an id, the same is the same. */
function merge(before: Rows, fresh: readonly Identified[], deleted: ReadonlySet<string>): Merged {
  const replaced = new Set([...deleted, ...fresh.map(({ id }) => id).filter((id) => id !== "")]);
  const rows = new Map<number, Identified[]>();
  const known = new Set<string>();
  const wanted = new Set(fresh.map(textOf));
  const changed: Sample[] = [];
  const touched = new Set<number>();
  let [added, repeated, removed] = [0, 0, 0];
  for (const [day, row] of before) {
    const staying = row.filter((one) => !replaced.has(one.id) || (wanted.has(textOf(one)) && !deleted.has(one.id)));
    for (const one of staying) known.add(textOf(one));
    const leaving = row.filter((one) => !staying.includes(one));
    if (leaving.length > 0) touched.add(day);
    changed.push(...leaving.map(({ sample }) => sample));
    removed += leaving.length;
    if (staying.length > 0) rows.set(day, [...staying]);
  }
  for (const one of fresh) {
    const text = textOf(one);
    if (known.has(text)) {
      repeated++;
      continue;
    }
    known.add(text);
    const day = bucketOf(one.sample);
    const row = rows.get(day);
    if (row === undefined) rows.set(day, [one]);
    else row.push(one);
    touched.add(day);
    changed.push(one.sample);
    added++;
  }
  return { rows, changed, touched, added, repeated, removed };
}

/** Everything of it but where it stood in what was given. */
const textOf = (one: Identified): string => JSON.stringify(packedOne(one));

function daysOf(rows: Rows, affected: ReadonlySet<number>, quality: Quality) {
  const collector = new Collector({ registry: builtIn }, quality);
  collector.begin("");
  const margin = Array.from({ length: 2 * MARGIN_DAYS + 1 }, (_, i) => i - MARGIN_DAYS);
  const near = new Set([...affected].flatMap((day) => margin.map((step) => day + step)));
  for (const day of [...near].sort((a, b) => a - b))
    for (const { sample } of rows.get(day) ?? []) collector.sample(sample);
  const days = new Map<number, MemberDay>();
  for (const member of collector.members())
    for (const day of member.days) if (affected.has(day.day)) days.set(day.day, day);
  return { days, counts: collector.counts };
}

/** What is another value now, and what the samples no longer give. */
function changeOf(day: number, was: MemberDay | undefined, is: MemberDay | undefined): DayChange[] {
  const [old, now] = [was?.values ?? {}, is?.values ?? {}];
  const values = Object.fromEntries(Object.entries(now).filter(([metric, value]) => old[metric] !== value));
  const gone = Object.keys(old).filter((metric) => now[metric] === undefined);
  return Object.keys(values).length + gone.length === 0 ? [] : [{ day, values, gone }];
}

async function countLate({ store }: Pick<Settings, "store">, changes: readonly DayChange[]): Promise<number> {
  if (changes.length === 0) return 0;
  const answered = (await readAll<Participation>(store, "task/")).filter(({ nullBecause }) => nullBecause === null);
  const windows = answered.flatMap(({ window }) => (window === undefined ? [] : [window]));
  return changes.filter(({ day }) => windows.some(({ start, end }) => day >= start && day < end)).length;
}

/** As little as brings a sample back. */
type Packed = readonly [id: string, metric: string, when: Sample["when"], value: number, source: Sample["source"]];

const packedOne = ({ id, sample: { metric, when, value, source } }: Identified): Packed =>
  when.kind === "day"
    ? [id, metric, { kind: "day", day: when.day }, value, source]
    : [id, metric, { kind: "span", start: when.start, end: when.end, zone: when.zone }, value, source];

const packed = (row: readonly Identified[]): readonly Packed[] => row.map(packedOne);

async function readRows({ store }: Pick<Settings, "store">) {
  const rows = new Map<number, Identified[]>();
  const raw = new Map<number, Uint8Array | undefined>();
  for (const key of await store.keys("samples/")) {
    const day = Number(key.slice("samples/".length));
    raw.set(day, await store.get(key));
    const row = (await readJson<readonly Packed[]>(store, key)) ?? [];
    rows.set(
      day,
      row.map(([id, metric, when, value, source], i) => ({
        id,
        sample: { member: "", metric, when, value, source, place: { file: "kept samples", record: i + 1 } },
      })),
    );
  }
  return { rows, raw };
}
