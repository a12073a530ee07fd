// One shape for every server optimiser: what it keeps between rounds, and one step. A step is pure, so a round that is computed again
// after a crash moves the model to the same bits.
import type { OptimiserKind, OptimiserPlan } from "../../plan/optimiser.ts";

/** What an optimiser remembers between rounds: data, of the model's own size. */
export interface OptimiserState {
  readonly kind: OptimiserKind;
  /** Steps taken so far. */
  readonly steps: number;
  /** As many as the optimiser has moments, each of the model's length. */
  readonly moments: readonly Float64Array[];
}

/** One cell of one step. `moments` are the cell's own, changed in place. @returns by how much the weight moves */
export type CellStep = (mean: number, moments: number[]) => number;

export interface ServerOptimiser<Kind extends OptimiserKind = OptimiserKind> {
  readonly kind: Kind;
  /** How each of its moments starts, and the least that it can be; none for an optimiser without memory. */
  moments(plan: Extract<OptimiserPlan, { kind: Kind }>): readonly { readonly start: number; readonly least: number }[];
  step(plan: Extract<OptimiserPlan, { kind: Kind }>): CellStep;
}
