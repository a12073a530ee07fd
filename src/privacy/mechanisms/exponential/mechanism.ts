// The exponential mechanism: a candidate with probability proportional to e^(ε·utility/2Δ). Theorem and proof: PROOF.md.
import type { ExponentialEvent } from "../../accounting/algebra/types.ts";
import { exponentialChoice } from "../../samplers/choice.ts";
import type { Neighbouring, PrivacyUnit } from "../../units.ts";
import { type SeesTruth, type SelectionMechanism, type SelectionParameters, selection } from "../selection.ts";

/** @throws PacelineError invalid_argument unless epsilon is above 0 and the denominator at least 1. */
export function exponential<T extends SeesTruth, N extends Neighbouring, U extends PrivacyUnit>(
  parameters: SelectionParameters<T, N, U>,
): SelectionMechanism<ExponentialEvent, T, N, U> {
  const eventOf = (epsilon: number): ExponentialEvent => ({ mechanism: "exponential", epsilon });
  return selection(parameters, eventOf, exponentialChoice);
}
