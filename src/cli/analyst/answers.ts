// Released numbers in a terminal: two-tone intervals, one scale for what can be compared; and the same as JSON.

import { fromBase64Url } from "../../base/bytes.ts";
import { formatDay } from "../../base/calendar.ts";
import { type Cell, cellsOf, decodeRelease, type ReleaseDocument } from "../../estimate/index.ts";
import { intervalBar, intervalWidth, type Terminal } from "../terminal.ts";

export interface Answer {
  readonly release: ReleaseDocument;
  readonly cells: readonly Cell[];
}

export function openAnswer(release: string): Answer {
  const document = decodeRelease(fromBase64Url(release));
  return { release: document, cells: document.source.kind === "model-update" ? [] : cellsOf(document) };
}

/** A cell as programs read it: the number, its interval, and where its uncertainty comes from. */
export function cellDocument({ key, estimate, suppressed, caution }: Cell) {
  if (suppressed !== undefined) return { key, suppressed };
  const { estimate: value, interval95, uninformative: _, ...parts } = estimate;
  return { key, estimate: value, interval95, parts, ...(caution === undefined ? {} : { caution }) };
}

export function printAnswer(terminal: Terminal, { release, cells }: Answer): void {
  const { question, window, privacy } = release;
  terminal.line(terminal.style("bold", question));
  terminal.line(`  ${formatDay(window.start)} to ${formatDay(window.end - 1)}`);
  const rows = cells.map((cell) => ({ cell, ...wordsOf(cell) }));
  const wide = Math.max(0, ...cells.map(({ key }) => key.length));
  const width = intervalWidth(terminal.columns, 4 + wide + 14 + Math.max(0, ...rows.map(({ rest }) => rest.length)));
  const scales = scalesOf(cells);
  for (const { cell, value, rest } of rows) {
    const scale = scales.get(familyOf(cell.statistic)) ?? [0, 1];
    const bar = width === 0 || cell.suppressed !== undefined ? "" : `${intervalBar(cell.estimate, scale, width)}  `;
    terminal.line(`  ${cell.key.padEnd(wide)} ${value.padStart(9)}  ${bar}${rest}`);
  }
  const cost = `ε = ${shown(privacy.epsilon)}, δ = ${privacy.delta}, ρ = ${shown(privacy.rho)} a ${privacy.unit}`;
  terminal.line(
    `  ${terminal.style("dim", `█ privacy noise  ▒ with sampling error, 95 %; ${cost}, ${privacy.mechanism}`)}`,
  );
}

function wordsOf({ statistic, estimate, suppressed, caution }: Cell): {
  readonly value: string;
  readonly rest: string;
} {
  if (suppressed !== undefined) return { value: "–", rest: suppressed };
  const [low, high] = estimate.interval95;
  const note = caution === undefined ? "" : `  (${caution})`;
  const format = (value: number) => formatted(statistic, value);
  return { value: format(estimate.estimate), rest: `${format(low)} – ${format(high)}${note}` };
}

export const shown = (value: number): string => `${Number(value.toPrecision(3))}`;

export function formatted(statistic: string, value: number): string {
  if (statistic.startsWith("share")) return `${(100 * value).toFixed(1)} %`;
  if (/^(correlation|slope)/.test(statistic)) return value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
}

/** What may be drawn on one scale: levels of one metric, bins of one histogram, shares. */
function familyOf(statistic: string): string {
  if (statistic.startsWith("[")) return `bins ${statistic.split(") ")[1] ?? ""}`;
  if (/^share\b/.test(statistic)) return "share";
  const [first = "", ...rest] = statistic.split(" ");
  if (/^(mean|median|p[\d.]+)$/.test(first)) return `level ${rest.join(" ")}`;
  return /^(count|sum|stddev|correlation|slope)$/.test(first) ? statistic : `top ${rest.join(" ")}`;
}

function scalesOf(cells: readonly Cell[]): ReadonlyMap<string, readonly [number, number]> {
  const scales = new Map<string, readonly [number, number]>();
  for (const { statistic, estimate, suppressed } of cells) {
    if (suppressed !== undefined) continue;
    const family = familyOf(statistic);
    const [low, high] = scales.get(family) ?? [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY];
    scales.set(family, [Math.min(low, estimate.interval95[0]), Math.max(high, estimate.interval95[1])]);
  }
  return scales;
}
