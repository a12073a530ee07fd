// A table's header, bound: which of its columns mean what.
import type { MetricId } from "../types.ts";
import type { DateFormat } from "./dates/cell.ts";
import type { KnownTable } from "./known/shape.ts";

export interface BoundWhere {
  readonly column: number;
  /** In lower case. */
  readonly is: readonly string[];
  readonly not: boolean;
}

export interface BoundValue {
  readonly metric: MetricId;
  /** The header's name of the first column, for places. */
  readonly name: string;
  /** Columns that are added up; none where rows are counted. */
  readonly columns: readonly number[];
  /** Rows count one where this column is not empty. */
  readonly counted?: number;
  readonly unit?: { readonly name: string; readonly from: "given" | "header" };
  readonly where: readonly BoundWhere[];
  /** Whether the value is the source's own for the whole day, always or in some rows. */
  readonly total: boolean | BoundWhere;
  /** The mapping says how several values of one day become one. */
  readonly ruled?: true;
  /** Where the columns give nothing: how many minutes the row's span lasts. */
  readonly length?: true;
  /** Numbers, as the cell has them, and rows that say that nothing was measured. */
  readonly unmeasured?: { readonly numbers: readonly number[]; readonly rows?: BoundWhere };
}

/** A table's header, bound; columns are positions from 0, absent ones −1. */
export interface Bound {
  readonly known: KnownTable | undefined;
  readonly header: readonly string[];
  /** Whether the bound row is the first of data: columns were given by number, and there is no header. */
  readonly headless: boolean;
  readonly member: number;
  readonly date: number;
  readonly time: number;
  readonly start: number;
  readonly end: number;
  readonly zone: number;
  readonly utc: boolean;
  /** Stands before the date column's times; "" where they have days of their own. */
  readonly day: string;
  readonly order: DateFormat | undefined;
  readonly ragged: boolean;
  readonly values: readonly BoundValue[];
  readonly attributes: readonly { readonly attribute: string; readonly name: string; readonly column: number }[];
  /** Targets of the mapping that this header has no column for. */
  readonly missing: readonly string[];
}
