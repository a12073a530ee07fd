// Numbers of several periods as a line with its band, a group a line.
import { curveFigure } from "./curves.ts";
import type { Figure } from "./figure.ts";
import { groupTitle, type Meaning, type Period, sizeOf } from "./meanings.ts";
import type { ShownCell } from "./shown-cell.ts";

export interface PeriodEntry {
  readonly cell: ShownCell;
  readonly meaning: Meaning & { readonly period: Period };
}

/** @param entries of one statistic of one measure, in the order of groups and, in each, of time */
export function periodFigure(id: string, entries: readonly PeriodEntry[]): Figure {
  const [{ meaning }] = entries as readonly [PeriodEntry];
  const { kind, unit, title, period } = meaning;
  const factor = sizeOf(kind);
  const curves = [...Map.groupBy(entries, ({ cell }) => cell.group)].map(([group, own]) => ({
    name: groupTitle(group),
    points: own.flatMap(({ cell, meaning: { period: at } }) => {
      if (cell.suppressed !== undefined) return [];
      const [low, high] = cell.estimate.interval95;
      const band = Number.isFinite(low) && Number.isFinite(high) ? { low: low * factor, high: high * factor } : {};
      return [{ x: at.index + 1, y: cell.estimate.estimate * factor, ...band }];
    }),
  }));
  return curveFigure(
    {
      id,
      title,
      x: { title: `period of ${period.days} days, the first from ${period.first} on`, scale: "linear" },
      y: { title: unit, scale: "linear", free: true },
      each: "Group",
      band: "95 % interval",
    },
    curves,
  );
}
