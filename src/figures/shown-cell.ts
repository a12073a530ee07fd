import type { Estimate } from "../estimate/estimate.ts";

/** A cell of paceline/estimate, or as much of one as a figure shows. */
export interface ShownCell {
  readonly group: string | null;
  readonly estimate: Pick<Estimate, "estimate" | "interval95" | "privacyInterval95" | "privacyNoiseSd">;
  readonly suppressed?: string;
  readonly caution?: string;
  /** What only a demo or a simulation knows; NaN where there is none. */
  readonly truth?: number;
}
