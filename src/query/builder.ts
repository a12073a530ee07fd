// Questions in TypeScript: a builder whose illegal combinations do not compile. It makes the same draft as SQL.
import type { DerivedId } from "../task/metrics/formulas.ts";
import type { AttributeId, MetricId } from "../task/metrics.ts";
import type { Draft, DraftCondition, DraftKey, DraftMeasure, DraftSelect } from "./question/draft.ts";

/** A metric of the built-in registry, a derived one, or any formula of them. */
export type MeasureInput = MetricId | DerivedId | DraftMeasure;

const measured = (input: MeasureInput): DraftMeasure => (typeof input === "string" ? { formula: input } : input);

/** A formula over metrics, such as "moderate + 2 * vigorous"; for metrics of an operator's own registry too. */
export function formula(text: string, options: Omit<DraftMeasure, "formula"> = {}): DraftMeasure {
  return { formula: text, ...options };
}

/** Seven times the daily mean. */
export const weekly = (of: MeasureInput): DraftMeasure => ({ ...measured(of), per: "week" });
export const daily = (of: MeasureInput): DraftMeasure => ({ ...measured(of), per: "day" });
/** Narrower public bounds than the registry's. */
export const clip = (of: MeasureInput, low: number, high: number): DraftMeasure => ({
  ...measured(of),
  clip: [low, high],
});

/** Its mean since a day, less that of the window's days before; since the middle of the window where no day is named. */
export const change = (of: MeasureInput, since = "half"): DraftMeasure => ({ ...measured(of), since });

/** Members whose mean over the window is at least so much. */
export const atLeast = (of: MeasureInput, value: number): DraftCondition => condition(of, ">=", value);
export const below = (of: MeasureInput, value: number): DraftCondition => condition(of, "<", value);

function condition(of: MeasureInput, op: DraftCondition["op"], value: number): DraftCondition {
  const { formula: text, per } = measured(of);
  return { formula: text, per, op, value };
}

export const count = (): DraftSelect => ({ statistic: "count" });
export const mean = (of: MeasureInput): DraftSelect => ({ statistic: "mean", of: measured(of) });
export const sum = (of: MeasureInput): DraftSelect => ({ statistic: "sum", of: measured(of) });
export const stddev = (of: MeasureInput): DraftSelect => ({ statistic: "stddev", of: measured(of) });
export const median = (of: MeasureInput): DraftSelect => quantiles(of, 0.5);
export const quantiles = (of: MeasureInput, ...levels: readonly [number, ...number[]]): DraftSelect => ({
  statistic: "quantile",
  of: measured(of),
  levels,
});
export const histogram = (
  of: MeasureInput,
  bins: { readonly edges?: readonly [number, number, ...number[]]; readonly bins?: number } = {},
): DraftSelect => ({ statistic: "histogram", of: measured(of), ...bins });
export const share = (of: MeasureInput, { atLeast }: { readonly atLeast: number }): DraftSelect => ({
  statistic: "share",
  of: measured(of),
  atLeast,
});
/** The share of members to whom all of it applies. */
export const meets = (...conditions: readonly [DraftCondition, ...DraftCondition[]]): DraftSelect => ({
  statistic: "meets",
  conditions,
});
export const top = (
  attribute: AttributeId,
  options: { readonly limit?: number; readonly values?: readonly [string, ...string[]] } = {},
): DraftSelect => ({ statistic: "top", attribute, ...options });
export const correlation = (x: MeasureInput, y: MeasureInput): DraftSelect => ({
  statistic: "correlation",
  x: measured(x),
  y: measured(y),
});
/** Of the least-squares line of y on x. */
export const slope = (y: MeasureInput, x: MeasureInput): DraftSelect => ({
  statistic: "slope",
  x: measured(x),
  y: measured(y),
});

type Keys = 0 | 1 | 2;
type Next = { 0: 1; 1: 2; 2: never };
type Amount = number | `${number}`;

/** Every step returns a new builder. `K` counts the keys so far, `B` says whether the budget is decided. */
export interface QueryBuilder<K extends Keys = 0, B extends boolean = false, W extends boolean = false> {
  /** One more key, two at most; `values` narrows the registry's public list. */
  groupBy: K extends 2
    ? never
    : (attribute: AttributeId, values?: readonly [string, ...string[]]) => QueryBuilder<Next[K], B, W>;
  where(attribute: AttributeId, values: readonly [string, ...string[]]): QueryBuilder<K, B, W>;
  /** Only members to whom it applies. */
  whereMeasured(condition: DraftCondition): QueryBuilder<K, B, W>;
  /** Each period of so many days answered for itself: 2 to 12 of them. */
  every(days: number): QueryBuilder<K, B, W>;
  lastWeeks: W extends true ? never : (weeks: number) => QueryBuilder<K, B, true>;
  lastDays: W extends true ? never : (days: number) => QueryBuilder<K, B, true>;
  /** ISO dates, both included. */
  between: W extends true ? never : (start: string, end: string) => QueryBuilder<K, B, true>;
  /** For the whole question: pure ε of one aggregator's noise. */
  epsilon: B extends true ? never : (epsilon: Amount) => QueryBuilder<K, true, W>;
  rho: B extends true ? never : (rho: Amount) => QueryBuilder<K, true, W>;
  daysMin(days: number): QueryBuilder<K, B, W>;
  minCohort(members: number): QueryBuilder<K, B, W>;
  purpose(purpose: string): QueryBuilder<K, B, W>;
  draft(): Draft;
}

/** Starts a question: `ask(median("sleep"), mean("rhr")).groupBy("site").lastWeeks(4).epsilon(0.5)`. */
export function ask(...select: readonly [DraftSelect, ...DraftSelect[]]): QueryBuilder {
  return build({ select });
}

function build(draft: Draft): QueryBuilder {
  const next = (more: Partial<Draft>) => build({ ...draft, ...more }) as QueryBuilder<never, never, never>;
  const keyed = (attribute: string, values?: readonly string[]): DraftKey =>
    values === undefined ? { attribute } : { attribute, values };
  return {
    groupBy: (attribute, values) => next({ groupBy: [...(draft.groupBy ?? []), keyed(attribute, values)] }),
    where: (attribute, values) => next({ where: [...(draft.where ?? []), { attribute, values }] }),
    whereMeasured: (one) => next({ thresholds: [...(draft.thresholds ?? []), one] }),
    every: (every) => next({ every }),
    lastWeeks: (weeks) => next({ window: { weeks } }),
    lastDays: (days) => next({ window: { days } }),
    between: (start, end) => next({ window: { start, end } }),
    epsilon: (epsilon) => next({ privacy: { epsilon: decimal(epsilon) } }),
    rho: (rho) => next({ privacy: { rho: decimal(rho) } }),
    daysMin: (daysMin) => next({ daysMin }),
    minCohort: (minCohort) => next({ minCohort }),
    purpose: (purpose) => next({ purpose }),
    draft: () => draft,
  } as QueryBuilder;
}

/** Never in exponent notation: 1e-7 is "0.0000001". */
function decimal(amount: Amount): string {
  if (typeof amount === "string") return amount;
  return `${amount}`.includes("e") ? amount.toFixed(9) : `${amount}`;
}
