import type { EventsPart } from "./part.ts";

/**
 * @param counts events by value; what is not in the list is left out
 * @returns one bit a value of the list, `cap` of them set at most: those of what happened most often; undefined when there
 * is nothing to say
 */
export function encodeEvents(
  { values, cap }: EventsPart,
  counts: Readonly<Record<string, number>> | undefined,
): number[] | undefined {
  if (counts === undefined) return undefined;
  const often = values.map((value) => {
    const count = Object.hasOwn(counts, value) ? (counts[value] as number) : 0;
    return count > 0 ? count : 0;
  });
  const kept = often
    .map((_, i) => i)
    .filter((i) => (often[i] as number) > 0)
    .sort((a, b) => (often[b] as number) - (often[a] as number) || a - b)
    .slice(0, cap);
  const bits = new Array<number>(values.length).fill(0);
  for (const i of kept) bits[i] = 1;
  return bits;
}
