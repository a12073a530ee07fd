// One named number of a release.
import type { Estimate } from "./estimate.ts";
import type { ErrorParts } from "./parts.ts";

export interface Cell {
  /** Group and statistic: "35-44/median", "all/share>=150". */
  readonly key: string;
  /** The group's value, or null when the release is not split. */
  readonly group: string | null;
  /** "count", "mean", "p25", "median", "p75" or "share>=" and an edge. */
  readonly statistic: string;
  readonly estimate: Estimate;
  /** One of several periods, one line of a list, or a change, which is compared with 0; absent for every other number. */
  readonly form?: "period" | "line" | "change";
  /** What makes it uncertain, part by part; of releases of statistics. */
  readonly parts?: ErrorParts;
  /** Why the number must not be shown; absent when it may be. */
  readonly suppressed?: string;
  /** The group may be no more than noise, or the interval excludes nothing. */
  readonly caution?: "large noise";
}

export interface CellOptions {
  /** A group is suppressed when the lower 95 % bound of its contributors is below this; default 0, which hides nothing. */
  readonly floor?: number;
}
