// What every export is made of: one value of one metric on one local day.
import type { MemberDay } from "../types.ts";

export interface Point {
  /** Days since 1970-01-01, in the member's own calendar. */
  readonly day: number;
  readonly metric: string;
  /** In the metric's own unit. */
  readonly value: number;
}

/** By day, then by the metric's name. */
export function pointsOf(days: readonly MemberDay[]): readonly Point[] {
  return [...days]
    .sort((a, b) => a.day - b.day)
    .flatMap(({ day, values }) =>
      Object.keys(values)
        .sort()
        .map((metric) => ({ day, metric, value: values[metric] as number })),
    );
}

/** Metrics that are neither HL7's nor Open mHealth's go under this name, which the reader beside this file knows. */
export const NAMESPACE = "paceline";
/** As a coding system in FHIR. */
export const SYSTEM = "urn:paceline:metric";
