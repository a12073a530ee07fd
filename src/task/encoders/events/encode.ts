import type { EventsPart } from "./part.ts";

/**
 * @param counts events by value; what is not in the list is left out, fractions are dropped
 * @returns one count a value of the list, `cap` in all; undefined when there is nothing to say
 */
export function encodeEvents(
  { values, cap }: EventsPart,
  counts: Readonly<Record<string, number>> | undefined,
): number[] | undefined {
  if (counts === undefined) return undefined;
  const kept = values.map((value) => {
    const count = Object.hasOwn(counts, value) ? (counts[value] as number) : 0;
    return Number.isFinite(count) && count > 0 ? Math.min(cap, Math.floor(count)) : 0;
  });
  const order = kept.map((_, i) => i).sort((a, b) => (kept[b] as number) - (kept[a] as number) || a - b);
  let left = cap;
  for (const i of order) {
    kept[i] = Math.min(left, kept[i] as number);
    left -= kept[i] as number;
  }
  return kept;
}
