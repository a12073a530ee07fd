// Training by noisy, clipped gradients on Poisson-sampled batches: which noise, how many steps, how large a sampling rate.
import { fail } from "../../base/errors.ts";
import { compose } from "../accounting/algebra/compose.ts";
import type { PrivacyEvent } from "../accounting/algebra/types.ts";
import type { Neighbouring } from "../units.ts";
import { type Calibrated, calibrate } from "./calibrate.ts";
import type { Target } from "./target.ts";

/** Every record joins each batch independently with probability `sampling`; the batches must stay secret. */
export interface DpSgd {
  readonly neighbouring: Neighbouring;
  readonly target: Target;
  readonly sampling: number;
  /** Standard deviation of the noise over the clipping norm. */
  readonly noiseMultiplier: number;
  readonly steps: number;
}

/** The smallest noise multiplier that provably meets the target, within 1e-4 relative. @throws PacelineError */
export function dpSgdNoise(plan: Omit<DpSgd, "noiseMultiplier">): Calibrated {
  const { neighbouring, target } = plan;
  const event = (noiseMultiplier: number) => trained({ ...plan, noiseMultiplier });
  return calibrate({ neighbouring, target, event, range: [1e-2, 1e8] });
}

/** The most steps, up to 2^31, that provably meet the target. @throws PacelineError unsupported when one is too many */
export function dpSgdSteps(plan: Omit<DpSgd, "steps">): Calibrated {
  const { neighbouring, target } = plan;
  const event = (steps: number) => trained({ ...plan, steps });
  return calibrate({ neighbouring, target, event, better: "smaller", range: [1, 2 ** 31], guess: 1000, grid: 1 });
}

/** The largest sampling rate that provably meets the target, within 1e-4 relative. @throws PacelineError */
export function dpSgdSampling(plan: Omit<DpSgd, "sampling">): Calibrated {
  const { neighbouring, target } = plan;
  const event = (sampling: number) => trained({ ...plan, sampling });
  return calibrate({ neighbouring, target, event, better: "smaller", range: [1e-9, 1], guess: 0.01 });
}

function trained({ neighbouring, sampling, noiseMultiplier, steps }: Omit<DpSgd, "target">): PrivacyEvent {
  if (!(Number.isSafeInteger(steps) && steps >= 1 && steps <= 2 ** 31))
    fail("invalid_argument", `the number of steps must be whole, 1 to 2^31, not ${steps}`);
  const gaussian = { mechanism: "gaussian", noiseMultiplier } as const;
  const event = { mechanism: "poisson-sampled", probability: sampling, event: gaussian } as const;
  return compose(neighbouring, [{ event, count: steps }]) as PrivacyEvent;
}
