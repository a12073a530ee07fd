// The noise of a whole stream as one mechanism: what is released, over all rounds together, is one integer vector C̃x + z.

import { streamSensitivity } from "../../../privacy/factorisation/participation.ts";
import { type DiscreteGaussian, discreteGaussian } from "../../../privacy/mechanisms/discrete-gaussian/mechanism.ts";
import type { Rational } from "../../../privacy/rational.ts";
import { l2SquaredSensitivity } from "../../../privacy/units.ts";
import type { StreamPlan } from "../../plan/stream.ts";

/**
 * @param l2Squared of one contribution's integers @param rho of the whole stream, one aggregator's noise: it is debited before the
 * first round @returns the noise of each cell of each round @throws PacelineError invalid_argument
 */
export function streamMechanism(plan: StreamPlan, l2Squared: bigint, rho: Rational): DiscreteGaussian {
  const squared = l2Squared * streamSensitivity(plan.coefficients, plan);
  return discreteGaussian({ sensitivity: l2SquaredSensitivity(squared), rho });
}
