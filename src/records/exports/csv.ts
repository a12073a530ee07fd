// Days as a table: a date a row, a metric a column, an empty cell where nothing was measured. Numbers are the shortest that read
// back as the same double.
import { formatDay } from "../../base/calendar.ts";
import type { MemberDay } from "../types.ts";

export function daysAsCsv(days: readonly MemberDay[]): string {
  const sorted = [...days].sort((a, b) => a.day - b.day);
  const metrics = [...new Set(sorted.flatMap(({ values }) => Object.keys(values)))].sort();
  const rows = sorted.map(({ day, values }) => [
    formatDay(day),
    ...metrics.map((metric) => (Object.hasOwn(values, metric) ? String(values[metric]) : "")),
  ]);
  return `${[["date", ...metrics], ...rows].map((row) => row.join(",")).join("\n")}\n`;
}
