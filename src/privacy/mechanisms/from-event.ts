// From a signed manifest's noise event to the mechanism that an aggregator runs.

import { fail } from "../../base/errors.ts";
import type { NoiseEvent } from "../accounting/events.ts";
import { type DiscreteGaussian, discreteGaussianFrom } from "./discrete-gaussian/mechanism.ts";
import { type DiscreteLaplace, discreteLaplaceFrom } from "./discrete-laplace/mechanism.ts";

/** @throws PacelineError invalid_message for an event that no mechanism here draws noise for. */
export function mechanismFrom(event: NoiseEvent): DiscreteLaplace | DiscreteGaussian {
  switch (event.mechanism) {
    case "discrete-laplace":
      return discreteLaplaceFrom(event);
    case "discrete-gaussian":
      return discreteGaussianFrom(event);
    default:
      return fail("invalid_message", "the event names no mechanism that draws noise");
  }
}
