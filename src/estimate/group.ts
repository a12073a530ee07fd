// One group's noised counts: of bins, of categories, or of what members hand out over the cells of a moments part. Every statistic
// is a weighted sum of them or a root of one, and the noise in such a sum is a weighted sum of the noises of the released rows.
import type { NoiseLaw } from "../privacy/distributions/noise-law.ts";
import { totalHalfWidth } from "./half-width.ts";
import { type CellNoise, cellNoiseOf } from "./noise.ts";

/** A closed interval, low end first. */
export type Interval = readonly [low: number, high: number];

export interface CountedGroup {
  /** The group's value, or null when the release is not split. */
  readonly group: string | null;
  /** Noised members per cell: some may be negative. */
  readonly counts: readonly number[];
  /** The noised number of contributing members: the sum of the counts. May be negative. */
  readonly total: number;
  /** 95 % interval of the number of contributing members, from the noise alone; not cut at 0. */
  readonly totalInterval: Interval;
  readonly noise: CellNoise;
  /** For weights over the counts: the weights of the released rows' noises in that sum, in members. */
  noiseOf(weights: readonly number[]): readonly number[];
  /** What was done to the released rows at no cost: counts that agree over all levels of a tree. */
  readonly consistent?: true;
}

export type Opener = (group: string | null, counts: readonly number[]) => CountedGroup;

/** Makes groups of noised counts, in members, with common noise. @param unit what one released integer stands for */
export function opener(cells: number, law: NoiseLaw, unit = 1): Opener {
  const noise = cellNoiseOf(law, unit);
  const half = totalHalfWidth(new Array<number>(cells).fill(1), noise);
  return (group, counts) => {
    const total = sum(counts);
    return { group, counts, total, totalInterval: [total - half, total + half], noise, noiseOf: (weights) => weights };
  };
}

export function sum(values: readonly number[]): number {
  return values.reduce((a, b) => a + b, 0);
}

export function dot(a: readonly number[], b: readonly number[]): number {
  let total = 0;
  for (let i = 0; i < a.length; i++) total += (a[i] as number) * (b[i] as number);
  return total;
}
