// What a point's runs say of each cell: how far answers lie from the truth, how often intervals hold it, how often nothing is shown.
import { mean } from "../mean.ts";
import { WIDTH } from "./runs.ts";

/** 5 %, 50 % and 95 % of the runs lie at or below. */
export interface Band {
  readonly p5: number;
  readonly median: number;
  readonly p95: number;
}

export interface Spread {
  readonly rmse: number;
  /** Mean of the signed errors. */
  readonly bias: number;
  /** Of the absolute error. */
  readonly absolute: Band;
}

export interface CellSummary {
  readonly key: string;
  /** The clipped, bucketed value in the population that cohorts are drawn from; of counts and totals, what a cohort is expected to have. */
  readonly truth: number | null;
  /** Of the answers themselves, hidden or not. */
  readonly answers: Band;
  /** Answer against `truth`: privacy noise and which members happened to be drawn. */
  readonly error: Spread | null;
  /** Answer against the same cohort's value without noise: privacy noise alone. */
  readonly noiseError: Spread | null;
  /** The same with its sign. */
  readonly noiseSpread: Band | null;
  /** Share of the runs whose interval held what it is about: the population's value, the cohort's own. */
  readonly coverage: { readonly interval95: number | null; readonly privacyInterval95: number | null };
  /** "contributors": a count or a total, whose stated intervals are about the cohort alone. */
  readonly about: "population" | "contributors";
  /** Share of the runs in which the cell would be hidden. */
  readonly suppressed: number;
  /** Runs whose cohort had no such value, and that are in no error or coverage. */
  readonly runsWithout: number;
  /** The first runs, one by one: what an analyst might have been told. */
  readonly first: readonly Told[];
}

export interface Told {
  readonly estimate: number;
  readonly interval95: readonly [number, number];
  /** Not shown, as the group may be too small. */
  readonly hidden: boolean;
}

const FIRST = 10;

export interface Truth {
  readonly key: string;
  readonly value: number;
  readonly about: CellSummary["about"];
}

/** @param numbers of `simulateRuns`, all runs */
export function summarise(numbers: Float64Array, truths: readonly Truth[]): readonly CellSummary[] {
  const runs = truths.length === 0 ? 0 : numbers.length / (truths.length * WIDTH);
  return truths.map((truth, cell) => {
    const rows = Array.from({ length: runs }, (_, run) => {
      const offset = (run * truths.length + cell) * WIDTH;
      return [...numbers.subarray(offset, offset + WIDTH)] as unknown as Numbers;
    });
    return summaryOf(rows, truth);
  });
}

type Numbers = readonly [
  estimate: number,
  low: number,
  high: number,
  privacyLow: number,
  privacyHigh: number,
  exact: number,
  hidden: number,
];

function summaryOf(rows: readonly Numbers[], { key, value, about }: Truth): CellSummary {
  const known = rows.filter(([, , , , , exact]) => !Number.isNaN(exact));
  const noise = known.map(([estimate, , , , , exact]) => difference(estimate, exact));
  const target = ([, , , , , exact]: Numbers) => (about === "contributors" ? exact : value);
  const share = (holds: (row: Numbers) => boolean) =>
    known.length === 0 || Number.isNaN(value) ? null : known.filter(holds).length / known.length;
  return {
    key,
    truth: Number.isNaN(value) ? null : value,
    answers: bandOf(rows.map(([estimate]) => estimate)),
    error: spreadOf(known.map(([estimate]) => difference(estimate, value))),
    noiseError: spreadOf(noise),
    noiseSpread: noise.length === 0 ? null : bandOf(noise),
    coverage: {
      interval95: share((row) => within(target(row), row[1], row[2])),
      privacyInterval95: share((row) => within(row[5], row[3], row[4])),
    },
    about,
    suppressed: rows.filter(([, , , , , , hidden]) => hidden === 1).length / Math.max(1, rows.length),
    runsWithout: rows.length - known.length,
    first: rows.slice(0, FIRST).map(([estimate, low, high, , , , hidden]) => ({
      ...{ estimate, interval95: [low, high] as const },
      hidden: hidden === 1,
    })),
  };
}

const rounding = (value: number) => 1e-9 * Math.max(1, Math.abs(value));

/** A value on an interval's end is in it, whatever the last bit of either says. */
function within(value: number, low: number, high: number): boolean {
  return value >= low - rounding(value) && value <= high + rounding(value);
}

/** 0 where only the last bits differ. */
function difference(answer: number, truth: number): number {
  return Math.abs(answer - truth) <= rounding(truth) ? 0 : answer - truth;
}

function spreadOf(errors: readonly number[]): Spread | null {
  if (errors.length === 0 || errors.some(Number.isNaN)) return null;
  return {
    rmse: Math.sqrt(mean(errors.map((error) => error * error))),
    bias: mean(errors),
    absolute: bandOf(errors.map(Math.abs)),
  };
}

/** Order statistics: the smallest value that at least this share of the runs does not exceed. */
function bandOf(values: readonly number[]): Band {
  const sorted = Float64Array.from(values).sort();
  const at = (share: number) => sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  return { p5: at(0.05), median: at(0.5), p95: at(0.95) };
}
