// Nights that two files of one provider have: one with its zone, another by the wall's clock alone.
import type { MetricCounts } from "./counts.ts";
import { type Night, Nights, piecesOf, sleepParts } from "./nights.ts";
import { Series } from "./series.ts";

type All = ReadonlyMap<string, Series[]>;

/** Farther apart two nights are none, however their clocks were set. */
const APART_MS_MAX = 48 * 3_600_000;

/**
 * The member's series without each sleep of an assumed zone that the same provider has with its own; where the one with a zone is but a
 * part, that one goes. What is one night is decided once, by all its pieces; of it each metric goes that the other has too. The same
 * map where there is no such night.
 */
export function withoutDoubles(all: All, countsOf: (metric: string) => MetricCounts): All {
  let found = all;
  const parts = sleepParts.flatMap((id) => all.get(id) ?? []);
  for (const provider of new Set(parts.map(({ source }) => source.provider))) {
    const own = parts.filter(({ source }) => source.provider === provider);
    const nights = (is: boolean) => new Nights(piecesOf(own.filter(({ unplaced }) => unplaced === is)));
    const [placed, unplaced] = [nights(false), nights(true)];
    const lost = new Map<Night | undefined, readonly Night[]>();
    loses(unplaced.all, placed.all, 0.5, lost);
    loses(placed.all, unplaced.all, 2, lost);
    if (lost.size === 0) continue;
    const nightOf = (one: Series, start: number) => (one.unplaced ? unplaced : placed).at(start);
    const next = new Map(found);
    for (const [id, series] of found) {
      const those = series.filter((one) => own.includes(one));
      const has = new Set(those.flatMap((one) => piecesOf([one]).map(({ start }) => nightOf(one, start))));
      const isDouble = (one: Series, start: number) => lost.get(nightOf(one, start))?.some((night) => has.has(night));
      next.set(
        id,
        series.map((one) => (those.includes(one) ? without(one, isDouble, countsOf(id)) : one)),
      );
    }
    found = next;
  }
  return found;
}

const lengthOf = ({ start, end }: Night) => end - start;

/** @param times how often a night must fit into another to be left out for it @param lost gets each, with those that stay */
function loses(
  nights: readonly Night[],
  others: readonly Night[],
  times: number,
  lost: Map<Night | undefined, readonly Night[]>,
): void {
  let from = 0;
  for (const night of nights) {
    while (from < others.length && (others[from] as Night).end < night.start - APART_MS_MAX) from++;
    const same: Night[] = [];
    for (let at = from; at < others.length && (others[at] as Night).start <= night.end + APART_MS_MAX; at++) {
      const other = others[at] as Night;
      if (!lost.has(other) && times * lengthOf(night) <= lengthOf(other) && isSame(night, other)) same.push(other);
    }
    if (same.length > 0) lost.set(night, same);
  }
}

/** By the wall's clock one is a part of the other, since nobody sleeps twice at once; by instants they are of about one length too. */
const isSame = (a: Night, b: Night): boolean =>
  2 * shared(a, b, "wall") >= Math.min(lengthOf(a), lengthOf(b)) ||
  2 * shared(a, b, "start") >= Math.max(lengthOf(a), lengthOf(b));

const shared = (a: Night, b: Night, by: "wall" | "start"): number =>
  Math.min(a[by] + lengthOf(a), b[by] + lengthOf(b)) - Math.max(a[by], b[by]);

function without(
  series: Series,
  isDouble: (series: Series, start: number) => boolean | undefined,
  counts: MetricCounts,
): Series {
  const rest = new Series(series.source, series.rank, series.unplaced);
  for (const { start, end, value, offsetMinutes } of series.spans.inOrder((more) => {
    counts.duplicates += more;
  }))
    if (isDouble(series, start)) counts.overlapping++;
    else rest.spans.add(start, end, value, offsetMinutes);
  return rest;
}
