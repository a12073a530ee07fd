// Where one value stands in a group: "58 bpm: lower than about 70 % (64–76 %) of members aged 35–44".
import { fail } from "../base/errors.ts";
import { type Estimate, hull } from "./estimate.ts";
import type { Interval } from "./group.ts";
import { type HistogramGroup, type HistogramRelease, openHistogram } from "./histogram.ts";
import { sharesBelow } from "./quantile.ts";
import { shareOf } from "./ratio.ts";

export interface Rank {
  /** Share of the group's members below the value. */
  readonly below: Estimate;
  readonly above: Estimate;
}

/**
 * The rank of `value`, computed where the value is: nothing about it leaves the caller. A value beyond the outer edges
 * cannot be told from its outer bin's members, so all of that bin is in the interval.
 * @param group as the release's cells name it; null for a release that is not split
 * @param of which of the release's values it is, where several have a histogram; the first when left out
 * @throws PacelineError invalid_argument when the release has no histogram of it, or not that group, or it is not finite
 */
export function rankOf(release: HistogramRelease, group: string | null, value: number, of?: number): Rank {
  if (!Number.isFinite(value)) return fail("invalid_argument", "a rank needs a finite value");
  const groups = openHistogram(release, of);
  const found = groups.find((candidate) => candidate.group === group);
  if (found === undefined)
    return fail("invalid_argument", `the release has no group ${JSON.stringify(group)}`, {
      hint: `It has ${groups.map((candidate) => JSON.stringify(candidate.group)).join(", ")}.`,
    });
  const below = shareBelow(found, value);
  return { below, above: complement(below) };
}

function shareBelow(group: HistogramGroup, value: number): Estimate {
  const { edges } = group;
  const inner = shareOf(group, sharesBelow(edges, value));
  const [first, last] = [edges[0] as number, edges.at(-1) as number];
  if (value >= first && value <= last) return inner;
  const outer = shareOf(group, sharesBelow(edges, (value < first ? edges[1] : edges.at(-2)) as number));
  return {
    ...inner,
    interval95: hull(inner.interval95, outer.interval95),
    privacyInterval95: hull(inner.privacyInterval95, outer.privacyInterval95),
  };
}

function complement(share: Estimate): Estimate {
  const flip = ([low, high]: Interval): Interval => [1 - high, 1 - low];
  return {
    ...share,
    estimate: 1 - share.estimate,
    interval95: flip(share.interval95),
    privacyInterval95: flip(share.privacyInterval95),
  };
}
