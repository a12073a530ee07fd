// h: the noise in T = Σ wᵢZᵢ, with sampling error if any, stays within ±h in 95 % of cases. A release of thousands of groups
// asks this tens of thousands of times about laws that hardly differ, and h over the deviation of T hardly differs with them:
// it is 1.96 of a normal and 2.12 of one Laplace. So laws are looked up by what this ratio depends on, and the exact inversion
// runs once a class, a bounded number of times for a noise.
import { noiseQuantile } from "../privacy/distributions/linear-noise.ts";
import { normalQuantile } from "../privacy/numeric/normal.ts";
import type { CellNoise } from "./noise.ts";

export const level = 0.95;

/**
 * A lattice of noise has gaps; a normal of this share of its sd fills them, and two of its sds are added to h. Noise of
 * less than one member a cell is mostly gaps and gets more, up to a tenth.
 */
const ditherShare = 0.01;
const ditherShareMax = 0.1;
const ditherWidths = 2;
/** Noise that is all 0 but for this probability is left out, at the price of a level that is higher by as much. */
const quietEnough = 1e-3;
/** With steps below this share of T's deviation, its gaps no longer show. */
const fine = 0.25;
/** Magnitudes told apart where they do. */
const classes = 32;
/** Exact inversions of unequal weights for one noise; beyond, equal ones stand for them. */
const exactMax = 160;
/** Steps of the share of sampling error in T's variance. */
const normalSteps = 16;
/** Numbers of equal cells that are tabled; with more, T is normal to within a thousandth. */
const tabledCells = [1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 64, 256] as const;

const z95 = normalQuantile((1 + level) / 2);

export function noiseHalfWidth(weights: readonly number[], noise: CellNoise, samplingVariance: number): number {
  let [cells, squares, fourths] = [0, 0, 0];
  for (const weight of weights) {
    if (weight === 0) continue;
    const square = weight * weight;
    cells++;
    squares += square;
    fourths += square * square;
  }
  const quiet = noise.silence ** cells;
  if (samplingVariance === 0 && quiet >= level) return 0;
  if (quiet >= 1 - quietEnough) return Math.sqrt(samplingVariance) * normalQuantile((1 + level / quiet) / 2);
  const variance = noise.variance * squares;
  const equal = squares ** 2 / fourths;
  const normal = samplingVariance / (variance + samplingVariance);
  const smooth = Math.sqrt((noise.variance / noise.unit ** 2) * equal) * fine >= 1;
  if (smooth || normal >= 0.2) return Math.sqrt(variance + samplingVariance) * ofEqual(equal, normal, noise);
  return ofGaps(weights, normal, noise) ?? Math.sqrt(variance + samplingVariance) * ofEqual(equal, normal, noise);
}

/** Without sampling error: of rows that weigh alike exactly, on the lattice that their sum lies on. */
export function totalHalfWidth(weights: readonly number[], noise: CellNoise): number {
  let [size, cells] = [0, 0];
  for (const weight of weights) {
    if (weight === 0) continue;
    if (cells++ === 0) size = Math.abs(weight);
    else if (Math.abs(weight) !== size) return noiseHalfWidth(weights, noise, 0);
  }
  const width = memo(noise, `${cells} alike`, () => quantileOf(new Array<number>(cells).fill(1), noise, 0));
  return size * noise.unit * width;
}

/** Between the table's steps. */
function ofEqual(cells: number, normal: number, noise: CellNoise): number {
  const next = tabledCells.findIndex((most) => most > cells);
  if (next < 0) return z95;
  const row = Math.max(0, next - 1);
  const [few, many] = [tabledCells[row] as number, tabledCells[row + 1] as number];
  const u = Math.max(0, Math.log(cells / few) / Math.log(many / few));
  const column = Math.min(normalSteps - 1, Math.floor(normal * normalSteps));
  const v = normal * normalSteps - column;
  const across = (at: number) =>
    (1 - v) * tabled(at, column, noise) + (v === 0 ? 0 : v * tabled(at, column + 1, noise));
  return (1 - u) * across(few) + (u === 0 ? 0 : u * across(many));
}

/** Of so many cells of one weight, when sampling error has `column` steps of T's variance. */
function tabled(cells: number, column: number, noise: CellNoise): number {
  if (column === normalSteps) return z95;
  return memo(noise, -(cells * normalSteps + column) - 1, () => {
    const own = (cells * noise.variance) / noise.unit ** 2;
    const share = column / normalSteps;
    const sampling = share === 0 ? own * ditherShare ** 2 : (own * share) / (1 - share);
    const weights = new Array<number>(cells).fill(1);
    return quantileOf(weights, noise, sampling) / Math.sqrt(own + sampling);
  });
}

/**
 * Where T's gaps show: exactly, for weights rounded up to 32nds of the largest and sampling error rounded up, so that h is no
 * smaller. Undefined once that has taken its share of work.
 */
function ofGaps(weights: readonly number[], normal: number, noise: CellNoise): number | undefined {
  const largest = weights.reduce((most, weight) => Math.max(most, Math.abs(weight)), 0);
  const placeOf = (weight: number) => Math.ceil((classes * Math.abs(weight)) / largest - 1e-9);
  const column = Math.ceil(normal * normalSteps);
  const counted = keyOf(weights, placeOf);
  const key = column === 0 ? counted : `${column} ${counted}`;
  if (!noise.widths.has(key) && noise.widths.size >= exactMax) return undefined;
  const width = memo(noise, key, () => {
    const classed = weights.map(placeOf);
    const own = (noise.variance / noise.unit ** 2) * classed.reduce((sum, weight) => sum + weight * weight, 0);
    const share = Math.min(ditherShareMax, ditherShare / Math.min(1, Math.sqrt(noise.variance) / noise.unit));
    const dither = column === 0 ? share * Math.sqrt(own) : 0;
    const sampling = (own * column) / (normalSteps - column);
    return (quantileOf(classed, noise, dither * dither + sampling) + ditherWidths * dither) / classes;
  });
  return width * largest * noise.unit;
}

/** How many weights have each place: of few weights the sorted places as digits of one number. */
function keyOf(weights: readonly number[], placeOf: (weight: number) => number): number | string {
  const counts = new Array<number>(classes + 1).fill(0);
  for (const weight of weights) counts[placeOf(weight)] = (counts[placeOf(weight)] as number) + 1;
  if (weights.length > 8) return counts.slice(1).join();
  let key = 0;
  for (let place = 1; place <= classes; place++)
    for (let i = counts[place] as number; i > 0; i--) key = key * (classes + 1) + place;
  return key;
}

function quantileOf(weights: readonly number[], noise: CellNoise, samplingVariance: number): number {
  return noiseQuantile({ weights, noise: noise.law, samplingVariance, level });
}

function memo({ widths }: CellNoise, key: string | number, make: () => number): number {
  const known = widths.get(key);
  if (known !== undefined) return known;
  const made = make();
  widths.set(key, made);
  return made;
}
