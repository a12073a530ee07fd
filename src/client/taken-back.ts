// What becomes of reports that were sent and are taken back.
import type { Purpose } from "../task/purposes.ts";

/**
 * withdrawn: it is in no answer. stands: its question's answer is published or being made, and stays as it is. withdrawing: an
 * aggregator has not answered yet.
 */
export type TakenBack = "withdrawn" | "stands" | "withdrawing";

/** What became of a report that was sent and is taken back. */
export interface Withdrawn {
  readonly outcome: TakenBack;
  /** base64url of the task id */
  readonly task: string;
  readonly purpose: Purpose;
}
