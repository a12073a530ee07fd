// Permute-and-flip: candidates in random order, each kept with probability e^(-ε·(greatest - utility)/2Δ). Never worse
// than the exponential mechanism. Theorem and proof: PROOF.md.
import type { PermuteAndFlipEvent } from "../../accounting/algebra/types.ts";
import { permuteAndFlipChoice } from "../../samplers/choice.ts";
import type { Neighbouring, PrivacyUnit } from "../../units.ts";
import { type SeesTruth, type SelectionMechanism, type SelectionParameters, selection } from "../selection.ts";

/** @throws PacelineError invalid_argument unless epsilon is above 0 and the denominator at least 1. */
export function permuteAndFlip<T extends SeesTruth, N extends Neighbouring, U extends PrivacyUnit>(
  parameters: SelectionParameters<T, N, U>,
): SelectionMechanism<PermuteAndFlipEvent, T, N, U> {
  const eventOf = (epsilon: number): PermuteAndFlipEvent => ({ mechanism: "permute-and-flip", epsilon });
  return selection(parameters, eventOf, permuteAndFlipChoice);
}
