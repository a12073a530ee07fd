// Report noisy max: discrete Laplace noise on every utility, the index of the greatest sum. Theorem and proof: PROOF.md.
import type { EpsilonDeltaEvent } from "../../accounting/algebra/types.ts";
import { rational } from "../../rational.ts";
import { noisyMaxChoice } from "../../samplers/choice.ts";
import type { Neighbouring, PrivacyUnit } from "../../units.ts";
import { type SeesTruth, type SelectionMechanism, type SelectionParameters, selection } from "../selection.ts";

/** Noise of at least so many steps makes ties rare; the first candidate wins one. */
const stepsMin = 1n << 20n;

/** @throws PacelineError invalid_argument unless epsilon is above 0 and the denominator at least 1. */
export function reportNoisyMax<T extends SeesTruth, N extends Neighbouring, U extends PrivacyUnit>(
  parameters: SelectionParameters<T, N, U>,
): SelectionMechanism<EpsilonDeltaEvent, T, N, U> {
  const eventOf = (epsilon: number): EpsilonDeltaEvent => ({ mechanism: "epsilon-delta", epsilon, delta: 0 });
  return selection(parameters, eventOf, (rate) => {
    let refinement = 1n;
    while (rate.den * refinement < stepsMin * rate.num) refinement *= 2n;
    return noisyMaxChoice(rational(rate.den * refinement, rate.num), refinement);
  });
}
