// One client's share of discrete Gaussian noise, of which the sum over the clients protects. Theorem and proof: PROOF.md.
import { fail } from "../../../base/errors.ts";
import type { DistributedDiscreteGaussianEvent } from "../../accounting/algebra/types.ts";
import { discreteGaussianSampler } from "../../samplers/discrete-gaussian.ts";
import {
  centralVariance,
  type LocalNoise,
  type LocalNoiseParameters,
  localNoiseFields,
  type ShareRelation,
} from "../local-noise.ts";
import { drawWith } from "../noise-mechanism.ts";

/**
 * The share of one of `clients` clients, of whom `dropouts` may not deliver.
 * @throws PacelineError invalid_argument on counts out of range or a local variance below 1/4, where the theorem ends.
 */
export function distributedDiscreteGaussian<N extends ShareRelation>(
  parameters: LocalNoiseParameters<N>,
): LocalNoise<DistributedDiscreteGaussianEvent> {
  const fields = localNoiseFields(parameters);
  const { localVariance } = parameters;
  if (4n * localVariance.num < localVariance.den)
    fail("invalid_argument", "localVariance must be a fraction of at least 1/4", {
      hint: "Scale the vectors up before rounding, or use Skellam shares, whose sum is Skellam at any variance.",
    });
  const sample = discreteGaussianSampler(localVariance);
  return {
    event: { mechanism: "distributed-discrete-gaussian", ...fields },
    trust: "distributed",
    centralVariance: centralVariance(localVariance, fields.clients - fields.dropouts),
    drawShare: (entropy) => drawWith(sample, entropy, fields.dimension),
  };
}
