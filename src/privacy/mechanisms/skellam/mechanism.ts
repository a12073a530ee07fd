// Skellam noise on every cell of an integer vector, by one party. Theorem and proof: PROOF.md.
import type { AnyEntropy } from "../../../ports/entropy.ts";
import type { SkellamEvent } from "../../accounting/algebra/types.ts";
import type { NoiseLaw } from "../../distributions/noise-law.ts";
import { formatRational, type Rational } from "../../rational.ts";
import { skellamSampler } from "../../samplers/skellam.ts";
import type { L1Sensitivity, L2SquaredSensitivity, Neighbouring } from "../../units.ts";
import { drawWith } from "../noise-mechanism.ts";

/** Both bounds count: AKL21's divergence has a term in each. */
export interface JointSensitivities<N extends Neighbouring> {
  readonly l1: L1Sensitivity<N>;
  readonly l2Squared: L2SquaredSensitivity<N>;
}

export interface Skellam<N extends Neighbouring> {
  readonly event: SkellamEvent<N>;
  readonly trust: "distributed";
  law(draws: 1 | 2): NoiseLaw;
  /** Independent noise for `length` cells. Call it before the data is touched: its running time depends on the noise. */
  drawNoise(entropy: AnyEntropy, length: number): bigint[];
}

/**
 * Skellam noise of variance `mu`.
 * @throws PacelineError invalid_argument unless mu is a fraction above 0.
 */
export function skellam<N extends Neighbouring>(parameters: {
  readonly mu: Rational;
  readonly neighbouring: N;
  readonly sensitivities: JointSensitivities<NoInfer<N>>;
}): Skellam<N> {
  const { mu, neighbouring, sensitivities } = parameters;
  const sample = skellamSampler(mu);
  return {
    event: {
      mechanism: "skellam",
      unit: "member",
      neighbouring,
      sensitivities: { l1: `${sensitivities.l1}`, l2Squared: `${sensitivities.l2Squared}` },
      mu: formatRational(mu),
    },
    trust: "distributed",
    law: (draws) => ({ mechanism: "skellam", mu, draws }),
    drawNoise: (entropy, length) => drawWith(sample, entropy, length),
  };
}
