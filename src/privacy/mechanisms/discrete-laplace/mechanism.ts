// Discrete Laplace noise on every cell of an integer vector: for a pure epsilon, once. Theorem and proof: PROOF.md.
import { fail } from "../../../base/errors.ts";
import { type Rational, rational } from "../../rational.ts";
import { discreteLaplaceSampler } from "../../samplers/discrete-laplace.ts";
import type { L1Sensitivity } from "../../units.ts";
import { drawWith, type NoiseMechanism } from "../noise-mechanism.ts";
import {
  type DiscreteLaplaceEvent,
  discreteLaplaceEvent,
  discreteLaplaceParameters,
  rhoOfDiscreteLaplace,
} from "./event.ts";

/** Epsilon-DP with `epsilon` exactly, and zCDP with `rho`. */
export interface DiscreteLaplace extends NoiseMechanism<DiscreteLaplaceEvent> {
  readonly epsilon: Rational;
}

/**
 * The mechanism with scale Δ₁/ε.
 * @throws PacelineError invalid_argument unless ε > 0 and the scale's parts stay below 2^128.
 */
export function discreteLaplace(parameters: {
  readonly epsilon: Rational;
  readonly sensitivity: L1Sensitivity;
}): DiscreteLaplace {
  const { epsilon, sensitivity } = parameters;
  if (epsilon.num <= 0n) fail("invalid_argument", "epsilon must be a fraction above 0");
  return discreteLaplaceFrom(discreteLaplaceEvent(sensitivity, rational(sensitivity * epsilon.den, epsilon.num)));
}

/** The mechanism that an event describes. @throws PacelineError invalid_message */
export function discreteLaplaceFrom(event: DiscreteLaplaceEvent): DiscreteLaplace {
  const { sensitivity, scale } = discreteLaplaceParameters(event);
  const sample = discreteLaplaceSampler(scale);
  return {
    event: discreteLaplaceEvent(sensitivity, scale),
    trust: "distributed",
    rho: rhoOfDiscreteLaplace(event),
    epsilon: rational(sensitivity * scale.den, scale.num),
    law: (draws) => ({ mechanism: "discrete-laplace", scale, draws }),
    drawNoise: (entropy, length) => drawWith(sample, entropy, length),
  };
}
