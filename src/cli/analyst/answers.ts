// Released numbers in a terminal, as the figures of every export; and the same as JSON.

import { fromBase64Url } from "../../base/bytes.ts";
import { formatDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import { type Cell, type CellOptions, cellsOf, decodeRelease, type ReleaseDocument } from "../../estimate/index.ts";
import { figureText, releaseFigures } from "../../figures/index.ts";
import type { Terminal } from "../terminal.ts";

export interface Answer {
  readonly release: ReleaseDocument;
  readonly cells: readonly Cell[];
}

/** @param options floor: groups that may have fewer members keep their names, not their numbers */
export function openAnswer(release: string, options: CellOptions = {}): Answer {
  const document = decodeRelease(fromBase64Url(release));
  return { release: document, cells: document.source.kind === "model-update" ? [] : cellsOf(document, options) };
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

export function printAnswer(terminal: Terminal, { release, cells }: Answer): void {
  const { question, window, privacy } = release;
  terminal.line(terminal.style("bold", question));
  terminal.line(`  ${formatDay(window.start)} to ${formatDay(window.end - 1)}`);
  for (const figure of releaseFigures(release, { cells }))
    terminal.line(figureText(figure, terminal.columns).trimEnd());
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
