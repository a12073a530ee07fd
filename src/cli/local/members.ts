// Whose phones take part: synthetic members, or the members of files.
import { readFileSync, statSync } from "node:fs";
import { formatDay, weekday } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import { lastBusyDay } from "../../records/days/last-busy.ts";
import type { Member } from "../../records/types.ts";
import { population } from "../../simulate/index.ts";
import { type DataOptions, importPaths } from "../import/import.ts";
import { reportNotes } from "../import/print.ts";
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
  /** What the importer left out, assumed or could not read, in words. */
  readonly notes: readonly string[];
  /** Raw lines of the files, which must be found nowhere else. */
  readonly lines: readonly string[];
}

/** Shorter lines of a file could occur by chance. */
const LINE_MIN = 12;
const LINES_BYTES_MAX = 64e6;
const FILES_SHOWN = 3;

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

/**
 * The members of files: whatever `paceline import` takes.
 * @throws PacelineError invalid_data, invalid_argument, not_found: which file, which line and column, what to do
 */
export async function dataMembers(paths: readonly string[], options: DataOptions, json: boolean): Promise<Membership> {
  const { members, report } = await importPaths(paths, options, json);
  if (report.memberDays === 0)
    fail("invalid_data", "the files hold no daily value", {
      hint: "Run paceline import on them: it says what became of each.",
    });
  const lastDay = lastBusyDay(members);
  const read = report.files.map(({ file }) => file);
  const shown = read.slice(0, FILES_SHOWN).join(", ");
  const others = read.length > FILES_SHOWN ? ` and ${read.length - FILES_SHOWN} more` : "";
  return membership(members, {
    lastDay,
    source: `${report.members} members with ${report.memberDays} days, ${report.firstDay} to ${report.lastDay}, from ${shown}${others}`,
    notes: [
      ...reportNotes(report),
      ...wornNotes(new Set(Object.keys(report.metrics))),
      ...windowNotes(members, lastDay, lastDayOf(members)),
    ],
    lines: read.flatMap(linesOf),
  });
}

const lastDayOf = (members: readonly Member[]) =>
  members.reduce((last, { days }) => Math.max(last, days.at(-1)?.day ?? last), 0);

/** Raw lines of a text file that lies there as it is: what must be found nowhere else. Of the files in archives the values suffice. */
function linesOf(path: string): string[] {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined || !found.isFile() || found.size > LINES_BYTES_MAX) return [];
  const text = readFileSync(path, "utf8");
  if (text.includes("\0")) return [];
  return text
    .split(/\r\n|\r|\n/)
    .slice(1)
    .filter((line) => line.length >= LINE_MIN && /\d/.test(line));
}

/** Whether 0 active minutes are a fact about a day that cannot be told from the device in a drawer. */
function wornNotes(metrics: ReadonlySet<string>): string[] {
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
