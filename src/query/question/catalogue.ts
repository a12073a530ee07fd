// What a question may name. The planner, the SQL compiler and completion see the registry through this alone.
import type { Expression, Interval } from "../../task/expression.ts";
import type { Registry } from "../../task/metrics.ts";
import type { Purpose } from "../../task/purposes.ts";

export interface CatalogueMetric {
  readonly id: string;
  readonly title: string;
  /** Of one day's value, UCUM. */
  readonly unit: string;
  readonly expression: Expression;
  /** Public bounds of one day's value. */
  readonly range: Interval;
  readonly purposes: readonly Purpose[];
  /** How people speak of it: "week" for what adds up to a weekly amount. */
  readonly per: "day" | "week";
}

export interface CatalogueAttribute {
  readonly id: string;
  readonly title: string;
  /** Public, in the order they are shown in. */
  readonly values: readonly string[];
  /** Of what happens rather than is: values that one member counts for. */
  readonly cap?: number | undefined;
}

export interface Catalogue {
  /** Whose rows these are. */
  readonly registry: Registry;
  readonly metrics: ReadonlyMap<string, CatalogueMetric>;
  readonly attributes: ReadonlyMap<string, CatalogueAttribute>;
}
