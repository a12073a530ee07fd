// Whose phones take part: synthetic members, or the members of daily CSV files.
import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { formatDay, weekday } from "../../base/calendar.ts";
import { closest } from "../../base/closest.ts";
import { fail } from "../../base/errors.ts";
import {
  type ImportReport,
  importCsv,
  parseColumns,
  parseDateFormat,
  profileTargets,
} from "../../records/csv/index.ts";
import type { Member } from "../../records/types.ts";
import { population } from "../../simulate/index.ts";
import { baseMetrics, metricById } from "../../task/metrics.ts";
import { DAYS_MIN, WINDOW_DAYS } from "./window.ts";

export interface Membership {
  readonly members: readonly Member[];
  /** The last day that questions look at. */
  readonly lastDay: number;
  /** Base metrics that at least one member has. */
  readonly metrics: ReadonlySet<string>;
  /** Values of the profile's age band, in order, or none. */
  readonly bands: readonly string[];
  readonly source: string;
  /** What the importer skipped, in words. */
  readonly notes: readonly string[];
  /** Raw lines of the files, which must be found nowhere else. */
  readonly lines: readonly string[];
}

/** Shorter lines of a file could occur by chance. */
const LINE_MIN = 12;

/** The last Sunday before a day: four weeks of data touch four ISO weeks then, and all of them are over. */
const sundayBefore = (day: number) => day - weekday(day);

/** @param today days since 1970 */
export function syntheticMembers(count: number, seed: string, today: number): Membership {
  const lastDay = sundayBefore(today);
  return membership(population({ seed, members: count, lastDay }), {
    lastDay,
    source: `${count} synthetic members (seed "${seed}")`,
    notes: [],
    lines: [],
  });
}

/** @throws PacelineError invalid_data, invalid_argument, not_found: which file, which line and column, what to do */
export function csvMembers(
  files: readonly string[],
  columns: string | undefined,
  dateFormat: string | undefined,
): Membership {
  if (columns === undefined)
    fail("invalid_argument", "--data needs --columns, which says what the files' columns mean", {
      hint: "For example: --columns member=Id,date=ActivityDate,steps=TotalSteps",
    });
  const mapping = parseColumns(columns);
  const unknown = [...mapping.metrics.keys()].find((id) => metricById(id) === undefined);
  if (unknown !== undefined) {
    const near = closest(unknown, [...baseMetrics.map(({ id }) => id), "member", "date", ...profileTargets.keys()]);
    fail(
      "invalid_argument",
      `--columns names "${unknown}", which is no metric${near === undefined ? "" : `; did you mean ${near}?`}`,
      {
        hint: `Metrics: ${baseMetrics.map(({ id }) => id).join(", ")}; also member, date, ${[...profileTargets.keys()].join(", ")}.`,
      },
    );
  }
  const texts = files.map((path) => ({ name: basename(path), text: read(path) }));
  const { members, report } = importCsv(texts, {
    columns: mapping,
    ...(mapping.metrics.has("steps") ? { notWorn: "steps" } : {}),
    ...(dateFormat === undefined ? {} : { dateFormat: parseDateFormat(dateFormat) }),
  });
  const lastDay = lastBusyDay(members);
  return membership(members, {
    lastDay,
    source: `${report.members} members with ${report.memberDays} days, ${formatDay(report.dateRange.firstDay)} to ${formatDay(report.dateRange.lastDay)}, from ${report.files.map((file) => file.name).join(" and ")}`,
    notes: [
      ...skippedNotes(report),
      ...wornNotes(mapping.metrics),
      ...windowNotes(members, lastDay, report.dateRange.lastDay),
    ],
    lines: texts.flatMap(({ text }) => text.split(/\r\n|\r|\n/).slice(1)).filter((line) => line.length >= LINE_MIN),
  });
}

/**
 * The last day on which at least half as many members have data as on the busiest day: one member who goes on for weeks
 * after everyone else must not empty everyone else's window.
 */
export function lastBusyDay(members: readonly Member[]): number {
  const counts = new Map<number, number>();
  for (const { days } of members) for (const { day } of days) counts.set(day, (counts.get(day) ?? 0) + 1);
  const busiest = [...counts.values()].reduce((a, b) => Math.max(a, b), 0);
  return [...counts].reduce((last, [day, count]) => (count >= busiest / 2 ? Math.max(last, day) : last), 0);
}

/** Whether 0 active minutes are a fact about a day that cannot be told from the device in a drawer. */
function wornNotes(metrics: ReadonlyMap<string, unknown>): string[] {
  if (metrics.has("steps") || !(metrics.has("moderate") || metrics.has("vigorous"))) return [];
  return [
    "No steps in the data: a day of 0 active minutes counts as worn. Map the steps column, so that days on which nothing was worn are left out.",
  ];
}

function windowNotes(members: readonly Member[], lastDay: number, dataEnds: number): string[] {
  const from = lastDay + 1 - WINDOW_DAYS;
  const thin = members.filter(
    ({ days }) => days.filter(({ day }) => day >= from && day <= lastDay).length < DAYS_MIN,
  ).length;
  return [
    ...(dataEnds > lastDay
      ? [
          `Questions look at ${formatDay(from)} to ${formatDay(lastDay)}; after that, fewer than half of the members have data.`,
        ]
      : []),
    ...(thin > 0
      ? [
          `${thin} of ${members.length} members have fewer than ${DAYS_MIN} days in these four weeks: their phones send empty reports.`,
        ]
      : []),
  ];
}

function read(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    return fail("not_found", `${path} cannot be read: ${(cause as NodeJS.ErrnoException).code ?? "error"}`, { cause });
  }
}

/** Where the code's own words do not say what was done. */
const reasonWords: Readonly<Record<string, string>> = {
  not_worn: "not worn: no steps and no activity, so missing and not 0",
};

function skippedNotes({ files }: ImportReport): string[] {
  return files.flatMap(({ name, skipped }) =>
    skipped.map(
      ({ reason, of, count, firstLine, firstColumn }) =>
        `${name}: ${count} ${of}${count === 1 ? "" : "s"} skipped (${reasonWords[reason] ?? reason.replaceAll("_", " ")}), first at line ${firstLine}${firstColumn === undefined ? "" : `, column ${firstColumn}`}`,
    ),
  );
}

function metricsOf(members: readonly Member[]): Set<string> {
  const metrics = new Set<string>();
  for (const { days } of members) for (const { values } of days) for (const id of Object.keys(values)) metrics.add(id);
  return metrics;
}

function membership(
  members: readonly Member[],
  rest: Pick<Membership, "lastDay" | "source" | "notes" | "lines">,
): Membership {
  const bands = [
    ...new Set(members.flatMap(({ profile }) => (profile.ageBand === undefined ? [] : [profile.ageBand]))),
  ];
  return { members, metrics: metricsOf(members), bands: bands.sort(), ...rest };
}
