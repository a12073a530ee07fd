// Cells as files: CSV for spreadsheets, JSON for programs. A suppressed cell keeps its name and its reason, not its numbers.
import { formatDay } from "../base/calendar.ts";
import type { ReleaseDocument } from "../task/release.ts";
import type { Cell } from "./cell.ts";
import type { Comparison, Comparisons } from "./compare.ts";
import { estimand } from "./estimate.ts";

const columns = [
  "key",
  "group",
  "statistic",
  "estimate",
  "low95",
  "high95",
  "privacy_low95",
  "privacy_high95",
  "privacy_noise_sd",
  "sampling_sd",
  "uninformative",
  "note",
  "p",
  "p_adjusted",
] as const;

/** RFC 4180: a header, one row per cell, then one per comparison, CRLF. Numbers have six significant digits. */
export function cellsToCsv(cells: readonly Cell[], comparisons: readonly Comparison[] = []): string {
  const rows = cells.map((cell) => {
    const { estimate, interval95, privacyInterval95, privacyNoiseSd, samplingSd, uninformative } = cell.estimate;
    const numbers = [estimate, ...interval95, ...privacyInterval95, privacyNoiseSd, samplingSd];
    const shown =
      cell.suppressed === undefined ? [...numbers.map(digits), `${uninformative}`] : numbers.map(() => "").concat("");
    const note = cell.suppressed === undefined ? (cell.caution ?? "") : `suppressed: ${cell.suppressed}`;
    return [text(cell.key), text(cell.group ?? ""), text(cell.statistic), ...shown, text(note), "", ""];
  });
  return [columns, ...rows, ...comparisons.map(comparisonRow)].map((row) => `${row.join(",")}\r\n`).join("");
}

function comparisonRow({ key, kind, statistic, between, difference, p, adjusted, suppressed }: Comparison): string[] {
  const what = { groups: "difference of ", releases: "difference of ", zero: "test against 0 of ", table: "test of " }[
    kind
  ];
  const numbers =
    difference === null
      ? new Array<string>(8).fill("")
      : [
          ...[difference.estimate, ...difference.interval95, ...difference.privacyInterval95].map(digits),
          ...[difference.privacyNoiseSd, difference.samplingSd].map(digits),
          `${difference.uninformative}`,
        ];
  const note = suppressed === undefined ? "" : `suppressed: ${suppressed}`;
  const tests = [p, adjusted].map((value) => (value === null ? "" : digits(value)));
  return [text(key), text(between?.join(" vs ") ?? ""), text(what + statistic), ...numbers, text(note), ...tests];
}

/**
 * A document of version 1 with the estimand in words, two spaces of indent and a final newline.
 * @param release whose cells they are: the document then says which, and what it cost
 * @param compared what differs in it
 */
export function cellsToJson(cells: readonly Cell[], release?: ReleaseDocument, compared?: Comparisons): string {
  const shown = cells.map(({ estimate, suppressed, ...name }) =>
    suppressed === undefined ? { ...name, estimate } : { ...name, suppressed },
  );
  const header = release === undefined ? {} : headerOf(release);
  return `${JSON.stringify({ version: 1, ...header, estimand, cells: shown, ...compared }, undefined, 2)}\n`;
}

function headerOf({ task, name, question, queryHash, purpose, window, batch, privacy }: ReleaseDocument) {
  const days = { start: formatDay(window.start), end: formatDay(window.end - 1) };
  return { release: { task, name, question, queryHash, purpose, window: days, batch }, cost: privacy };
}

function digits(value: number): string {
  return `${Number(value.toPrecision(6))}`;
}

/** Quoted where CSV needs it. What a spreadsheet would run as a formula gets an apostrophe in front (OWASP, CSV injection). */
function text(value: string): string {
  const inert = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(inert) ? `"${inert.replaceAll('"', '""')}"` : inert;
}
