import type { HistogramPart } from "./part.ts";

/** The bin of a value, clipped into the outer ones. */
export function binOf(edges: readonly number[], value: number): number {
  let low = 0;
  let high = edges.length - 2;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (value >= (edges[middle] as number)) low = middle;
    else high = middle - 1;
  }
  return low;
}

/** @returns one bit a bin; undefined when there is nothing to say */
export function encodeHistogram({ edges }: HistogramPart, value: number | undefined): number[] | undefined {
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const bits = new Array<number>(edges.length - 1).fill(0);
  bits[binOf(edges, value)] = 1;
  return bits;
}
