// Counts what an import left out, with the first place of each kind, so that a person can look. It holds no cell's content.
import type { MemberProblem, NumberProblem } from "./cells.ts";
import type { DateProblem } from "./dates.ts";

/** Why a whole row was left out. */
export type RowReason =
  | MemberProblem
  | DateProblem
  | "stray_quote"
  | "ragged_row"
  | "no_date"
  | "no_values"
  | "duplicate";

/**
 * Why a cell of a used row was left out; `implausible`: outside what the registry says can be measured; `conflict`: an
 * earlier value for the same member, day and metric gave way.
 */
export type CellReason = NumberProblem | "not_worn" | "implausible" | "conflict";

export interface Skipped {
  readonly reason: RowReason | CellReason;
  /** What is counted. */
  readonly of: "row" | "cell";
  readonly count: number;
  readonly firstLine: number;
  /** The column's name in the header, where one column is to blame. */
  readonly firstColumn?: string;
}

export class Tally {
  readonly #skipped = new Map<string, { -readonly [K in keyof Skipped]: Skipped[K] }>();

  row(reason: RowReason, line: number, column?: string): void {
    this.#add("row", reason, line, column);
  }
  cell(reason: CellReason, line: number, column: string): void {
    this.#add("cell", reason, line, column);
  }
  count(reason: RowReason | CellReason): number {
    return this.#skipped.get(reason)?.count ?? 0;
  }
  /** In the order in which they were first met. */
  list(): Skipped[] {
    return [...this.#skipped.values()].map((entry) => ({ ...entry }));
  }

  #add(of: "row" | "cell", reason: RowReason | CellReason, line: number, column: string | undefined): void {
    const entry = this.#skipped.get(reason);
    if (entry !== undefined) entry.count++;
    else
      this.#skipped.set(reason, {
        reason,
        of,
        count: 1,
        firstLine: line,
        ...(column === undefined ? {} : { firstColumn: column }),
      });
  }
}
