// How an export that is known by its header is described: data only, read by one binder for all vendors.
import type { DeviceClass } from "../../sample.ts";
import type { MetricId } from "../../types.ts";
import type { DateFormat } from "../dates/cell.ts";

/** Where a column's values count: rows in which another holds one of the words, or (`not`) none of them. */
export interface KnownWhere {
  readonly column: string;
  readonly is: readonly string[];
  readonly not?: true;
}

/** One metric of a row. */
export interface KnownValue {
  readonly metric: MetricId;
  /**
   * Names, the first that the header has; `a + ?b` adds columns up, the second where it is there; `a#2`: the second of that name; `#1`: the first column;
   * empty where each row counts one.
   */
  readonly column: string;
  /** Where it is not the metric's own. */
  readonly unit?: string;
  readonly where?: KnownWhere;
  /** Rows stand for whole days of the source, though the table's others do not. */
  readonly total?: true;
  /** Where the column is empty, or none is named: how many minutes the row's span lasts. */
  readonly length?: true;
  /** What the maker writes where nothing was measured: these numbers, or any in rows where the other holds. */
  readonly unmeasured?: { readonly numbers: readonly number[]; readonly rows?: KnownWhere };
}

/** One kind of file. Names are compared without case and, where the export writes `com.vendor.thing.name`, by their last part. */
export interface KnownTable {
  readonly provider: string;
  /** Of the source, where the provider's other files hold the same once more; default: the provider. */
  readonly key?: string;
  /** As in "Fitbit daily activity". */
  readonly title: string;
  readonly device: DeviceClass;
  /** The header has all of these; of `a|b` one. */
  readonly has: readonly string[];
  /** The header has none of these. */
  readonly lacks?: readonly string[];
  /** The file's base name, where headers alone do not tell. */
  readonly file?: RegExp;
  readonly member?: string;
  readonly date?: string;
  readonly time?: string;
  readonly start?: string;
  readonly end?: string;
  readonly zone?: string;
  /** Times without a zone are UTC's; of an export that says the place's offset beside them, only where it does. */
  readonly utc?: true;
  /** Times stand without a day, which the file's base name says: 2026-04-13.csv. */
  readonly dayOfFile?: true;
  readonly order?: DateFormat;
  /** Rows are the source's own values of whole days; or the rows where this holds. */
  readonly total?: true | KnownWhere;
  /** Rows may be longer than the header. */
  readonly ragged?: true;
  readonly values: readonly KnownValue[];
  /** Columns of the member's profile, named as the registry's attributes are. */
  readonly attributes?: readonly string[];
}

/** Short forms for the tables. */
export const value = (metric: MetricId, column: string, unit?: string, more: Partial<KnownValue> = {}): KnownValue => ({
  metric,
  column,
  ...(unit === undefined ? {} : { unit }),
  ...more,
});

/** One column of heart rates: their mean over a day and their greatest. */
export const beats = (column: string): readonly KnownValue[] => [value("hr_mean", column), value("hr_max", column)];

/** A row a workout: how long it was, and that there was one. */
export const sessions = (column: string, unit?: string): readonly KnownValue[] => [
  value("exercise", column, unit),
  value("exercise_sessions", ""),
];
