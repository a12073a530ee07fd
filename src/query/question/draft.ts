// A question as people hand it in: what they leave out is filled in from the registry and the operator's defaults.
import type { Expression } from "../../task/expression.ts";

export interface DraftMeasure {
  /** A formula's text, or its tree. */
  readonly formula: string | Expression;
  readonly per?: "day" | "week";
  readonly clip?: readonly [number, number];
  /** The change since this day; "half": since the middle of the window. Clipped is the change. */
  readonly since?: string | undefined;
}

export interface DraftCondition {
  readonly formula: string | Expression;
  readonly per?: "day" | "week" | undefined;
  readonly op: ">=" | "<";
  readonly value: number;
}

export type DraftSelect =
  | { readonly statistic: "count" }
  | { readonly statistic: "mean" | "sum" | "stddev"; readonly of: DraftMeasure }
  | {
      readonly statistic: "histogram";
      readonly of: DraftMeasure;
      readonly edges?: readonly number[];
      readonly bins?: number;
    }
  | { readonly statistic: "quantile"; readonly of: DraftMeasure; readonly levels: readonly number[] }
  | { readonly statistic: "share"; readonly of: DraftMeasure; readonly atLeast: number }
  | { readonly statistic: "meets"; readonly conditions: readonly DraftCondition[] }
  | {
      readonly statistic: "top";
      readonly attribute: string;
      readonly values?: readonly string[];
      readonly limit?: number;
    }
  | { readonly statistic: "correlation" | "slope"; readonly x: DraftMeasure; readonly y: DraftMeasure };

export interface DraftKey {
  readonly attribute: string;
  /** Default: the public list of the registry. */
  readonly values?: readonly string[];
}

/** Whole weeks end on the last Sunday that is over, days yesterday, unless an end is named. */
export type DraftWindow =
  | { readonly weeks: number; readonly end?: string }
  | { readonly days: number; readonly end?: string }
  | { readonly start: string; readonly end: string };

export interface Draft {
  readonly select: readonly DraftSelect[];
  readonly where?: readonly Required<DraftKey>[];
  readonly thresholds?: readonly DraftCondition[];
  readonly groupBy?: readonly DraftKey[];
  /** Days of each period that is answered for itself. */
  readonly every?: number;
  readonly window?: DraftWindow;
  readonly daysMin?: number;
  readonly purpose?: string;
  /** As decimals. */
  readonly privacy?: { readonly epsilon: string } | { readonly rho: string };
  readonly minCohort?: number;
}

export interface DraftDefaults {
  /** Days since 1970-01-01, in the operator's own calendar. */
  readonly today: number;
  readonly minCohort: number;
  readonly privacy: { readonly epsilon: string } | { readonly rho: string };
  readonly purpose: string;
}
