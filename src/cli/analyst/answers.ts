// Released numbers in a terminal, as the figures of every export; and the same as JSON.

import { fromBase64Url } from "../../base/bytes.ts";
import { formatDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import {
  type Cell,
  type CellOptions,
  type CompareOptions,
  type Comparison,
  type Comparisons,
  cellsOf,
  compareReleases,
  comparisonsOf,
  decodeRelease,
  type ReleaseDocument,
} from "../../estimate/index.ts";
import { differenceFigures, figureText, releaseFigures, textTable } from "../../figures/index.ts";
import { groupKeysOf } from "../../task/encoder.ts";
import type { Terminal } from "../terminal.ts";
import { wrapped } from "./wrapped.ts";

export interface Answer {
  readonly release: ReleaseDocument;
  readonly cells: readonly Cell[];
  /** What differs in it, or from an earlier one. */
  readonly compared: Comparisons;
  readonly earlier?: ReleaseDocument;
}

export interface CompareChoice {
  /** "site=north": every other site with that one. */
  readonly compare?: string;
}

/** The choice among a command's options. */
export const compareOf = ({ compare }: CompareChoice): CompareChoice => (compare === undefined ? {} : { compare });

/**
 * @param options floor: groups that may have fewer members keep their names, not their numbers
 * @param earlier another release, to compare with instead of within
 * @throws PacelineError invalid_argument when there is nothing to compare with
 */
export function openAnswer(
  release: string,
  { compare, floor = 0 }: CompareChoice & CellOptions = {},
  earlier?: string,
): Answer {
  const document = decodeRelease(fromBase64Url(release));
  const cells = document.source.kind === "model-update" ? [] : cellsOf(document, { floor });
  if (earlier !== undefined) {
    const other = decodeRelease(fromBase64Url(earlier));
    return { release: document, cells, compared: compareReleases(document, other, { floor }), earlier: other };
  }
  return {
    release: document,
    cells,
    compared: comparisonsOf(document, { ...compareOptions(document, compare), floor }),
  };
}

/** @throws PacelineError invalid_argument */
export function compareOptions({ encoder }: ReleaseDocument, compare: string | undefined): CompareOptions {
  if (compare === undefined) return {};
  const [name = "", ...rest] = compare.split("=");
  const plain = (text: string) => text.trim().toLowerCase().replaceAll("_", "");
  const value = rest.join("=").trim();
  if (value === "") fail("invalid_argument", `--compare is "${compare}", not attribute=value`);
  const known = groupKeysOf(encoder).find(({ attribute }) => plain(attribute) === plain(name));
  return { against: { attribute: known?.attribute ?? name.trim(), value } };
}

/** A comparison as programs read it. */
export function comparisonDocument({ difference, adjusted, ...rest }: Comparison) {
  if (difference === null) return { ...rest, pAdjusted: adjusted };
  const { estimate, interval95, privacyInterval95 } = difference;
  return { ...rest, difference: estimate, interval95, privacyInterval95, pAdjusted: adjusted };
}

/** Of --floor. @throws PacelineError invalid_argument */
export function floorOf(text: string | undefined): CellOptions {
  if (text === undefined) return {};
  if (!/^\d{1,9}$/.test(text)) fail("invalid_argument", `--floor is "${text}", not a whole number of members`);
  return { floor: Number(text) };
}

/** A cell as programs read it: the number, its interval, and where its uncertainty comes from. */
export function cellDocument({ key, estimate, parts, suppressed, caution }: Cell) {
  if (suppressed !== undefined) return { key, suppressed };
  const { estimate: value, interval95, privacyInterval95 } = estimate;
  return {
    key,
    estimate: value,
    interval95,
    privacyInterval95,
    parts: parts ?? null,
    ...(caution === undefined ? {} : { caution }),
  };
}

export function printAnswer(terminal: Terminal, { release, cells, compared, earlier }: Answer): void {
  const { question, window, privacy } = release;
  terminal.line(terminal.style("bold", question));
  terminal.line(`  ${formatDay(window.start)} to ${formatDay(window.end - 1)}`);
  const { comparisons, says } = compared;
  const figures =
    earlier === undefined
      ? releaseFigures(release, { cells, comparisons })
      : differenceFigures(release, cells, comparisons);
  if (earlier !== undefined)
    terminal.line(
      `  against ${earlier.name}, ${formatDay(earlier.window.start)} to ${formatDay(earlier.window.end - 1)}`,
    );
  for (const figure of figures) {
    terminal.line(figureText(figure, terminal.columns).trimEnd());
    // A line tells its numbers nowhere else.
    if (figure.chart.kind === "curves") terminal.line(textTable(figure).trimEnd());
  }
  for (const sentence of says)
    for (const line of wrapped(sentence, Math.min(terminal.columns, 100) - 2)) terminal.line(`  ${line}`);
  const cost = `ε = ${shown(privacy.epsilon)}, δ = ${privacy.delta}, ρ = ${shown(privacy.rho)} for one ${privacy.unit}`;
  terminal.line(terminal.style("dim", `█ privacy noise  ▒ with sampling error, 95 %; ${cost}, ${privacy.mechanism}`));
  terminal.line(terminal.style("dim", privacy.lifetime.says));
}

export const shown = (value: number): string => `${Number(value.toPrecision(3))}`;

export function formatted(statistic: string, value: number): string {
  if (statistic.startsWith("share")) return `${(100 * value).toFixed(1)} %`;
  if (/^(correlation|slope)/.test(statistic)) return value.toFixed(Math.abs(value) < 0.1 ? 3 : 2);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en-US") : value.toFixed(1);
}
