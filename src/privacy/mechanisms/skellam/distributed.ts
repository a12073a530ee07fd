// One client's share of Skellam noise: the sum over the clients that stay is Skellam noise again, exactly (PROOF.md).
import type { DistributedSkellamEvent } from "../../accounting/algebra/types.ts";
import { skellamSampler } from "../../samplers/skellam.ts";
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
 * @throws PacelineError invalid_argument on counts out of range or a local variance that is not above 0.
 */
export function distributedSkellam<N extends ShareRelation>(
  parameters: LocalNoiseParameters<N>,
): LocalNoise<DistributedSkellamEvent> {
  const fields = localNoiseFields(parameters);
  const sample = skellamSampler(parameters.localVariance);
  return {
    event: { mechanism: "distributed-skellam", ...fields },
    trust: "distributed",
    centralVariance: centralVariance(parameters.localVariance, fields.clients - fields.dropouts),
    drawShare: (entropy) => drawWith(sample, entropy, fields.dimension),
  };
}
