// What a release's cells are, in words: which statistic, of which group, in which unit.
import { queryableMetrics } from "../../../task/derived.ts";
import type { DemoCell, DemoRelease } from "../document.ts";
import { type Scale, scaleOf } from "./scale.ts";

export interface PanelRow {
  readonly label: string;
  readonly estimate: number;
  readonly interval: readonly [number, number];
  readonly privacy: readonly [number, number];
  readonly noiseSd: number;
  readonly truth: number;
}

export interface Panel {
  readonly title: string;
  /** What a row stands for. */
  readonly each: "Group" | "Statistic";
  readonly unit: string;
  readonly scale: Scale;
  readonly decimals: number;
  readonly rows: readonly PanelRow[];
}

type Kind = "count" | "share" | "value";

/**
 * One panel for each statistic, its rows the groups; where there is one group only, one panel for each unit, its rows
 * the statistics. Panels in one unit share one axis, to be compared by eye. Counts come last.
 */
export function panelsOf({ cells, question }: DemoRelease): readonly Panel[] {
  const named = cells.map((cell) => ({ cell, ...nameOf(cell.key) }));
  const split = new Set(named.map(({ group }) => group)).size > 1;
  const kinds = Map.groupBy(named, ({ statistic }) => kindOf(statistic));
  return (["value", "share", "count"] as const).flatMap((kind) => {
    const entries = kinds.get(kind) ?? [];
    const scale = scaleOf(entries.flatMap(({ cell }) => numbersOf(cell, kind)));
    const shown = { unit: unitOf(kind, question), scale, decimals: kind === "count" ? 0 : scale.decimals };
    const panels = [...Map.groupBy(entries, ({ statistic }) => (split ? statistic : kind)).values()];
    return panels.map((rows) => {
      const only = rows.length === 1 || split ? rows[0] : undefined;
      return {
        title: only === undefined ? "All members" : titleOf(only.statistic),
        ...shown,
        each: only === undefined ? "Statistic" : "Group",
        rows: rows.map(({ cell, group, statistic }) => {
          return rowOf(cell, only === undefined ? titleOf(statistic) : groupTitle(group), kind);
        }),
      };
    });
  });
}

function nameOf(key: string): { readonly group: string; readonly statistic: string } {
  const cut = key.lastIndexOf("/");
  return cut < 0 ? { group: "all", statistic: key } : { group: key.slice(0, cut), statistic: key.slice(cut + 1) };
}

function kindOf(statistic: string): Kind {
  if (statistic === "count") return "count";
  return statistic.startsWith("share") ? "share" : "value";
}

function titleOf(statistic: string): string {
  const known: Readonly<Record<string, string>> = {
    count: "Members counted",
    mean: "Average",
    median: "Median",
    p25: "A quarter lie below",
    p75: "Three quarters lie below",
  };
  const edge = /^share>=(.+)$/.exec(statistic)?.[1];
  return edge === undefined ? (known[statistic] ?? statistic) : `Share of members at ${edge} or more`;
}

function groupTitle(group: string): string {
  return group === "all" ? "All members" : group.replace(/^(\d+)-(\d+)$/, "$1–$2");
}

function rowOf(cell: DemoCell, label: string, kind: Kind): PanelRow {
  const [estimate = 0, truth = 0, low = 0, high = 0, privacyLow = 0, privacyHigh = 0, noiseSd = 0] = [
    ...numbersOf(cell, kind),
    cell.privacyNoiseSd * factorOf(kind),
  ];
  return { label, estimate, truth, interval: [low, high], privacy: [privacyLow, privacyHigh], noiseSd };
}

function numbersOf({ estimate, truth, interval95, privacyInterval95 }: DemoCell, kind: Kind): readonly number[] {
  return [estimate, truth, ...interval95, ...privacyInterval95].map((value) => value * factorOf(kind));
}

function factorOf(kind: Kind): number {
  return kind === "share" ? 100 : 1;
}

/** A cell does not carry its unit: it is that of the metric whose title the question names. */
function unitOf(kind: Kind, question: string): string {
  if (kind === "count") return "members";
  if (kind === "share") return "% of members";
  const asked = question.toLowerCase();
  const metrics = queryableMetrics().filter(({ title }) => asked.includes(title));
  const metric = metrics.sort((a, b) => b.title.length - a.title.length)[0];
  if (metric === undefined) return /\b(minutes|hours|steps)\b/.exec(asked)?.[1] ?? "value";
  if (metric.title.includes("heart rate")) return "beats per minute";
  const unit = metric.unit === "min" ? "minutes" : metric.unit.replace(/^\{(.*)\}$/, "$1");
  const period = /\b(?:a|per|each) (week|night)\b/.exec(asked)?.[1] ?? "day";
  return `${unit} a ${period}`;
}
