// The filter for adaptively chosen (epsilon, delta) guarantees with the constants of advanced composition (Whitehouse,
// Ramdas, Rogers, Wu 2023, Theorem 1).
import { fail } from "../../../base/errors.ts";
import { addUp, squareUp } from "../../numeric/directed.ts";
import type { Charged, Scope } from "./scope.ts";

/**
 * Stops before √(2 ln(1/slackDelta)·Σε²) + ½Σε² exceeds `epsilon`, or Σδ exceeds `deltaCap`. All answers together are
 * (epsilon, slackDelta + deltaCap)-DP.
 */
export interface EpsilonDeltaFilter<S extends Scope = Scope> {
  readonly kind: "epsilon-delta-filter";
  readonly scope: S;
  readonly epsilon: number;
  readonly slackDelta: number;
  readonly deltaCap: number;
  /** Σε² and Σδ so far. */
  readonly squares: number;
  readonly deltas: number;
}

/** Covers the rounding of the bound's few operations. */
const slack = 1e-14;

/**
 * @param promise the guarantee as a whole; half of delta serves concentration unless `slackDelta` says otherwise.
 * @throws PacelineError invalid_argument unless epsilon > 0 and 0 < slackDelta ≤ delta < 1.
 */
export function epsilonDeltaFilter<S extends Scope>(
  scope: S,
  promise: { readonly epsilon: number; readonly delta: number; readonly slackDelta?: number },
): EpsilonDeltaFilter<S> {
  const { epsilon, delta, slackDelta = delta / 2 } = promise;
  if (!(typeof epsilon === "number" && epsilon > 0 && epsilon < Number.POSITIVE_INFINITY))
    fail("invalid_argument", "the filter's epsilon must be a number above 0");
  if (!(slackDelta > 0 && slackDelta <= delta && delta < 1))
    fail("invalid_argument", "the filter's deltas must satisfy 0 < slackDelta ≤ delta < 1");
  // Rounded down, so that both parts never exceed delta.
  const deltaCap = Math.max(0, (delta - slackDelta) * (1 - slack));
  return { kind: "epsilon-delta-filter", scope, epsilon, slackDelta, deltaCap, squares: 0, deltas: 0 };
}

/**
 * @param cost the next mechanism's guarantee; `short` in the answer is in epsilon, or in delta where only that is missed.
 * @throws PacelineError invalid_argument for a negative or undefined cost.
 */
export function chargeEpsilonDelta<S extends Scope>(
  filter: EpsilonDeltaFilter<S>,
  cost: { readonly epsilon: number; readonly delta: number },
): Charged<EpsilonDeltaFilter<S>> {
  const numbers = typeof cost.epsilon === "number" && typeof cost.delta === "number";
  if (!(numbers && cost.epsilon >= 0 && cost.delta >= 0 && cost.delta <= 1))
    fail("invalid_argument", "a cost needs an epsilon of at least 0 and a delta between 0 and 1");
  const squares = addUp(filter.squares, squareUp(cost.epsilon));
  const deltas = addUp(filter.deltas, cost.delta);
  const epsilon = spentEpsilon(squares, filter.slackDelta);
  if (epsilon > filter.epsilon) return { ok: false, short: epsilon - filter.epsilon };
  if (deltas > filter.deltaCap) return { ok: false, short: deltas - filter.deltaCap };
  return { ok: true, filter: { ...filter, squares, deltas } };
}

function spentEpsilon(squares: number, slackDelta: number): number {
  return (Math.sqrt(-2 * Math.log(slackDelta) * squares) + squares / 2) * (1 + slack);
}
