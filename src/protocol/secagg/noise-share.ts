// Each member's share of the noise. With fewer than `survivors` members in one signed set nothing is unmasked, and `corrupt` of
// them may take their own shares off again: so m_h = survivors - corrupt shares are sure to be in every sum, and each has the
// variance σ²/m_h. A member whom invented members surround has only its own share: it faces m_h times the ρ of the sum.
import { fail } from "../../base/errors.ts";
import type { DistributedDiscreteGaussianEvent } from "../../privacy/accounting/algebra/types.ts";
import { distributedDiscreteGaussian } from "../../privacy/mechanisms/distributed-discrete-gaussian/mechanism.ts";
import type { LocalNoise } from "../../privacy/mechanisms/local-noise.ts";
import type { JointSensitivities } from "../../privacy/mechanisms/skellam/mechanism.ts";
import { type Rational, rational } from "../../privacy/rational.ts";

export interface NoiseShareParameters {
  /** σ² that a sum has at least, in the scaled integers of the vectors. */
  readonly variance: Rational;
  /** Members of the roster. */
  readonly members: number;
  /** As the round's terms say: a signed set has so many at least. */
  readonly survivors: number;
  readonly corrupt: number;
  /** Cells of a vector. */
  readonly dimension: number;
  /** Of one member's rounded, scaled vector. */
  readonly sensitivities: JointSensitivities<"zero-out">;
}

export interface NoiseShare extends LocalNoise<DistributedDiscreteGaussianEvent> {
  /** m_h: honest shares in every sum. */
  readonly honest: number;
}

/**
 * One member's discrete Gaussian noise, and what the sum of the honest shares costs: an event for the accountant, in which everyone
 * but m_h members counts as dropped.
 * @throws PacelineError invalid_argument when no honest share is sure to stay, or a share's variance is below 1/4, where what is
 * known of sums of discrete Gaussians ends
 */
export function noiseShare(parameters: NoiseShareParameters): NoiseShare {
  const { variance, members, survivors, corrupt, dimension, sensitivities } = parameters;
  const honest = survivors - corrupt;
  if (!(Number.isInteger(honest) && honest >= 1 && survivors <= members))
    fail(
      "invalid_argument",
      `of ${members} members, ${survivors} of whom stay and ${corrupt} collude, no honest share is sure`,
    );
  const noise = distributedDiscreteGaussian({
    localVariance: rational(variance.num, variance.den * BigInt(honest)),
    ...{ clients: members, dropouts: members - honest, dimension, neighbouring: "zero-out" as const, sensitivities },
  });
  return { ...noise, honest };
}
