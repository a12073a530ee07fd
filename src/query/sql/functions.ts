// The statistics of the SELECT, by their SQL names: what each takes, and the draft it becomes.
import type { DraftCondition, DraftMeasure, DraftSelect } from "../question/draft.ts";

/** What a compiled argument list can be asked for; each names the place of what is wrong. */
export interface Arguments {
  readonly count: number;
  star(): void;
  measure(index: number): DraftMeasure;
  number(index: number): number;
  attribute(index: number): string;
  /** One threshold, or conditions that must all hold. */
  meets(
    index: number,
  ): { readonly of: DraftMeasure; readonly atLeast: number } | { readonly conditions: readonly DraftCondition[] };
  rest(from: number): readonly number[];
}

export interface SqlFunction {
  /** As shown to people. */
  readonly signature: string;
  readonly least: number;
  readonly most: number;
  build(args: Arguments): DraftSelect;
}

const one = (statistic: "mean" | "sum" | "stddev", name: string): SqlFunction => ({
  signature: `${name}(metric)`,
  least: 1,
  most: 1,
  build: (args) => ({ statistic, of: args.measure(0) }),
});

const pair = (
  statistic: "correlation" | "slope",
  signature: string,
  [x, y]: readonly [number, number],
): SqlFunction => ({
  signature,
  least: 2,
  most: 2,
  build: (args) => ({ statistic, x: args.measure(x), y: args.measure(y) }),
});

export const functions: Readonly<Record<string, SqlFunction>> = {
  AVG: one("mean", "AVG"),
  SUM: one("sum", "SUM"),
  STDDEV: one("stddev", "STDDEV"),
  COUNT: {
    signature: "COUNT(*)",
    least: 1,
    most: 1,
    build(args) {
      args.star();
      return { statistic: "count" };
    },
  },
  MEDIAN: {
    signature: "MEDIAN(metric)",
    least: 1,
    most: 1,
    build: (args) => ({ statistic: "quantile", of: args.measure(0), levels: [0.5] }),
  },
  QUANTILE: {
    signature: "QUANTILE(metric, level, …)",
    least: 2,
    most: 10,
    build: (args) => ({ statistic: "quantile", of: args.measure(0), levels: args.rest(1) }),
  },
  HISTOGRAM: {
    signature: "HISTOGRAM(metric), HISTOGRAM(metric, bins) or HISTOGRAM(metric, edge, edge, …)",
    least: 1,
    most: 258,
    build(args) {
      const numbers = args.rest(1);
      const of = args.measure(0);
      if (numbers.length === 0) return { statistic: "histogram", of };
      if (numbers.length === 1) return { statistic: "histogram", of, bins: numbers[0] as number };
      return { statistic: "histogram", of, edges: numbers };
    },
  },
  SHARE: {
    signature: "SHARE(metric >= number) or SHARE(metric >= number AND metric < number …)",
    least: 1,
    most: 1,
    build(args) {
      const asked = args.meets(0);
      return "of" in asked ? { statistic: "share", ...asked } : { statistic: "meets", ...asked };
    },
  },
  TOP: {
    signature: "TOP(attribute) or TOP(attribute, n)",
    least: 1,
    most: 2,
    build: (args) => ({
      statistic: "top",
      attribute: args.attribute(0),
      ...(args.count === 2 ? { limit: args.number(1) } : {}),
    }),
  },
  CORR: pair("correlation", "CORR(x, y)", [0, 1]),
  // As in SQL: the dependent variable comes first.
  REGR_SLOPE: pair("slope", "REGR_SLOPE(y, x)", [1, 0]),
};

/** What may be called inside an argument. */
export const scalarFunctions = ["CHANGE", "CLIP", "WEEKLY", "DAILY", "LEAST", "GREATEST"] as const;
