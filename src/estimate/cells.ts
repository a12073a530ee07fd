// A release as a flat list of named numbers: what tables, charts and exports show.
import type { ReleaseDocument } from "../task/release.ts";
import { answersOf } from "./answers.ts";
import type { Cell, CellOptions } from "./cell.ts";
import { countOf } from "./count.ts";
import type { Estimate } from "./estimate.ts";
import { type HistogramGroup, openHistogram } from "./histogram.ts";
import { quantileOf } from "./quantile.ts";
import { meanOf, shareOf } from "./ratio.ts";

/**
 * Per group: the number of contributors; with two bins the share in the upper one; with more bins mean, p25, median, p75.
 * @throws PacelineError invalid_argument unless the release holds a histogram
 */
export function cellsOf(release: ReleaseDocument, { floor = 0 }: CellOptions = {}): Cell[] {
  if (release.source.kind === "statistics") return answersOf(release, { floor });
  return openHistogram(release).flatMap((group) => {
    const low = group.totalInterval[0];
    const hidden = floor > 0 && low < floor;
    const reason = hidden ? { suppressed: `fewer than ${floor} contributors cannot be ruled out` } : {};
    return statisticsOf(group).map(({ statistic, estimate }): Cell => {
      const caution = low < 0 || estimate.uninformative ? ({ caution: "large noise" } as const) : {};
      const key = `${group.group ?? "all"}/${statistic}`;
      return { key, group: group.group, statistic, estimate, ...reason, ...caution };
    });
  });
}

/** What is said of a group, by its number of bins. */
export function statisticsOf(group: HistogramGroup): { statistic: string; estimate: Estimate }[] {
  const count = { statistic: "count", estimate: countOf(group) };
  const bins = group.counts.length;
  if (bins === 1) return [count];
  if (bins === 2) return [count, { statistic: `share>=${group.edges[1]}`, estimate: shareOf(group, [0, 1]) }];
  return [
    count,
    { statistic: "mean", estimate: meanOf(group) },
    { statistic: "p25", estimate: quantileOf(group, 0.25) },
    { statistic: "median", estimate: quantileOf(group, 0.5) },
    { statistic: "p75", estimate: quantileOf(group, 0.75) },
  ];
}
