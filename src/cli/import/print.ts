// The quality report for people.
import { plain } from "../../figures/plain.ts";
import type { MetricCounts } from "../../records/days/counts.ts";
import type { QualityReport } from "../../records/quality.ts";
import type { Reader } from "../../records/reader.ts";
import { table } from "../analyst/table.ts";

const LINES_MAX = 40;

const columns: readonly (readonly [title: string, count: (counts: MetricCounts) => number])[] = [
  ["days", ({ days }) => days],
  ["values", ({ values }) => values],
  ["zone assumed", ({ zones }) => zones.assumed],
  ["converted", ({ converted }) => Object.values(converted).reduce((sum, count) => sum + count, 0)],
  ["repeated", ({ duplicates }) => duplicates],
  ["overlapping", ({ overlapping }) => overlapping],
  ["contradicted", ({ conflicts }) => conflicts],
  ["of several rows", ({ joined }) => joined],
  ["implausible", ({ implausible }) => implausible],
  ["not worn", ({ notWorn, wornTooLittle }) => notWorn + wornTooLittle],
  ["beyond bounds", ({ clipped }) => clipped],
];

export function reportLines(report: QualityReport, readers: readonly Reader[]): string[] {
  return [
    ...understood(report, readers),
    "",
    ...metricLines(report),
    ...section(
      "Left out:",
      report.skipped.map((one) => `${one.count} × ${one.says}: ${placeOf(one)}`),
    ),
    ...section(
      "Assumed or repaired:",
      report.notes.map((one) => `${one.count} × ${one.says}: ${placeOf(one)}`),
    ),
    ...section("Not read:", unreadLines(report)),
  ].map(plain);
}

/** What a reader of an answer should know of the data: one line each. */
export function reportNotes(report: QualityReport): string[] {
  const counted = Object.entries(report.metrics).flatMap(([id, counts]) =>
    columns
      .filter(([name, count]) => told.has(name) && count(counts) > 0)
      .map(([name, count]) => `${id}: ${count(counts)} ${told.get(name)}`),
  );
  return [
    ...report.skipped.map((one) => `${one.count} × ${one.says}: ${placeOf(one)}`),
    ...report.notes.map((one) => `${one.count} × ${one.says}: ${placeOf(one)}`),
    ...counted,
    ...unreadLines(report).map((line) => `Not read: ${line}`),
  ].map(plain);
}

const told: ReadonlyMap<string, string> = new Map([
  ["zone assumed", "values whose time zone is assumed to be UTC (--zone says it)"],
  ["overlapping", "values set aside for a source that is believed more, or for its own total"],
  ["contradicted", "values contradict another of the same source and day"],
  ["of several rows", "days were made of several values without a time of day, by the metric's rule"],
  ["implausible", "values that nobody can have: missing"],
  ["not worn", "days not worn, or for too short a time: missing and not 0"],
]);

function understood(
  { files, members, memberDays, firstDay, lastDay }: QualityReport,
  readers: readonly Reader[],
): string[] {
  const kinds = new Map<string, { files: number; values: number }>();
  for (const { as, values } of files) {
    const kind = kinds.get(as) ?? { files: 0, values: 0 };
    kind.files++;
    kind.values += values;
    kinds.set(as, kind);
  }
  const title = (id: string) => readers.find((reader) => reader.id === id)?.title ?? id;
  return [
    ...[...kinds].map(([id, kind]) => `${title(id)}: ${counted(kind.files, "file")}, ${counted(kind.values, "value")}`),
    `${counted(members, "member")}, ${counted(memberDays, "day")} with values${firstDay === undefined ? "" : `, ${firstDay} to ${lastDay}`}`,
  ];
}

/** Files of one kind in one line. */
function unreadLines({ unread, unreadCount }: QualityReport): string[] {
  const kinds = new Map<string, { count: number; first: string }>();
  for (const { file, is, hint } of unread) {
    const words = `${is}. ${hint}`.trim();
    const kind = kinds.get(words) ?? { count: 0, first: is.includes(file) ? "" : file };
    kind.count++;
    kinds.set(words, kind);
  }
  const lines = [...kinds].map(([words, { count, first }]) => {
    if (first === "") return words;
    return count === 1 ? `${first}: ${words}` : `${count} files, first ${first}: ${words}`;
  });
  return unreadCount > unread.length ? [...lines, `${unreadCount - unread.length} more files`] : lines;
}

/** Columns in which something happened. */
function metricLines({ metrics }: QualityReport): string[] {
  const rows = Object.entries(metrics);
  if (rows.length === 0) return [];
  const shown = columns.filter(([, count], at) => at < 2 || rows.some(([, counts]) => count(counts) > 0));
  return table([
    ["metric", ...shown.map(([name]) => name)],
    ...rows.map(([id, counts]) => [id, ...shown.map(([, count]) => String(count(counts)))]),
  ]).split("\n");
}

function placeOf(place: { file: string; line?: number; record?: number; column?: string; count: number }): string {
  const parts = [
    place.file,
    ...(place.line === undefined ? [] : [`line ${place.line}`]),
    ...(place.record === undefined ? [] : [`record ${place.record}`]),
    ...(place.column === undefined ? [] : [`column ${place.column}`]),
  ];
  return `${place.count > 1 ? "first in " : ""}${parts.join(", ")}`;
}

function section(heading: string, lines: readonly string[]): string[] {
  if (lines.length === 0) return [];
  const shown = lines.slice(0, LINES_MAX).map((line) => `  ${line}`);
  return [
    "",
    heading,
    ...shown,
    ...(lines.length > shown.length ? [`  and ${lines.length - shown.length} more (--json has them)`] : []),
  ];
}

function counted(count: number, noun: string): string {
  return `${count.toLocaleString("en-US")} ${noun}${count === 1 ? "" : "s"}`;
}
