// What became of a report, as an operator counts it.
import type { Meter } from "../ports/meter.ts";
import { ReportError, type SaidReportError } from "../protocol/dap/basics.ts";

/** Codes that have no name here are the other party's to choose, so they share one. */
export const outcomeName = (error: SaidReportError): string => (typeof error === "string" ? error : "other");

/** @param error as it is stored */
export const outcomeOf = (error: number | null): string =>
  error === null ? "accepted" : outcomeName(ReportError.decode(new Uint8Array([error])));

/** Counts what was verified: once an outcome, for labels are dearer than a report's other numbers. */
export function countVerified(meter: Meter, outcomes: readonly string[]): void {
  const counts = new Map<string, number>();
  for (const outcome of outcomes) counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  for (const [outcome, count] of counts) meter("reports", { stage: "verify", outcome }, count);
}
