// What became of a report, as an operator counts it.
import { ReportError, type SaidReportError } from "../protocol/dap/basics.ts";

/** Codes that have no name here are the other party's to choose, so they share one. */
export const outcomeName = (error: SaidReportError): string => (typeof error === "string" ? error : "other");

/** @param error as it is stored */
export const outcomeOf = (error: number | null): string =>
  error === null ? "accepted" : outcomeName(ReportError.decode(new Uint8Array([error])));
