// From a round's mean update to the next weights, by the optimiser that the plan names.
import { fail } from "../../../base/errors.ts";
import type { OptimiserKind, OptimiserPlan } from "../../plan/optimiser.ts";
import { fedadam } from "./fedadam.ts";
import { fedavg } from "./fedavg.ts";
import { fedavgm } from "./fedavgm.ts";
import { fedyogi } from "./fedyogi.ts";
import type { CellStep, OptimiserState, ServerOptimiser } from "./optimiser.ts";

const optimisers: { readonly [Kind in OptimiserKind]: ServerOptimiser<Kind> } = { fedavg, fedavgm, fedadam, fedyogi };

/** What each moment of the plan's optimiser starts as, and is never below. */
export function momentsOf(plan: OptimiserPlan): readonly { readonly start: number; readonly least: number }[] {
  return (optimisers[plan.kind] as ServerOptimiser).moments(plan);
}

/** @param length of the model's weights */
export function startOptimiser(plan: OptimiserPlan, length: number): OptimiserState {
  return {
    kind: plan.kind,
    steps: 0,
    moments: momentsOf(plan).map(({ start }) => new Float64Array(length).fill(start)),
  };
}

export interface Stepped {
  readonly weights: Float64Array;
  readonly state: OptimiserState;
}

/**
 * One round's step. Neither the weights nor the state that are given change.
 * @param mean of the noised updates, in model units
 * @throws PacelineError invalid_argument when the parts do not belong together, or a weight would be no finite number any more
 */
export function stepOptimiser(
  plan: OptimiserPlan,
  state: OptimiserState,
  weights: ArrayLike<number>,
  mean: ArrayLike<number>,
): Stepped {
  const step: CellStep = (optimisers[plan.kind] as ServerOptimiser).step(plan);
  const { length } = weights;
  if (state.kind !== plan.kind) fail("invalid_argument", `a ${plan.kind} step with what ${state.kind} remembers`);
  if (mean.length !== length || state.moments.some((moment) => moment.length !== length))
    fail("invalid_argument", `a mean update of ${mean.length} cells for a model of ${length}`);
  const next = new Float64Array(length);
  const moments = state.moments.map((moment) => Float64Array.from(moment));
  const cell = new Array<number>(moments.length);
  for (let i = 0; i < length; i++) {
    for (const [k, moment] of moments.entries()) cell[k] = moment[i] as number;
    const moved = (weights[i] as number) + step(mean[i] as number, cell);
    if (!Number.isFinite(moved)) fail("invalid_argument", `weight ${i} would be ${moved} after this round`);
    next[i] = moved;
    for (const [k, moment] of moments.entries()) moment[i] = cell[k] as number;
  }
  return { weights: next, state: { kind: plan.kind, steps: state.steps + 1, moments } };
}
