// Discrete Gaussian noise on every cell of an integer vector: for a rho, or many questions. Theorem and proof: PROOF.md.
import { fail } from "../../../base/errors.ts";
import { type Rational, rational } from "../../rational.ts";
import { discreteGaussianSampler } from "../../samplers/discrete-gaussian.ts";
import type { L2SquaredSensitivity } from "../../units.ts";
import { drawWith, type NoiseMechanism } from "../noise-mechanism.ts";
import {
  type DiscreteGaussianEvent,
  discreteGaussianEvent,
  discreteGaussianParameters,
  rhoOfDiscreteGaussian,
} from "./event.ts";

export type DiscreteGaussian = NoiseMechanism<DiscreteGaussianEvent>;

/**
 * The mechanism with the given σ², or with the σ² = Δ₂²/2ρ that a wanted ρ needs.
 * @throws PacelineError invalid_argument unless the parameter is above 0 and σ²'s parts stay below 2^128.
 */
export function discreteGaussian(
  parameters: { readonly sensitivity: L2SquaredSensitivity } & (
    | { readonly sigmaSquared: Rational }
    | { readonly rho: Rational }
  ),
): DiscreteGaussian {
  if ("sigmaSquared" in parameters)
    return discreteGaussianFrom(discreteGaussianEvent(parameters.sensitivity, parameters.sigmaSquared));
  const { rho, sensitivity } = parameters;
  if (rho.num <= 0n) fail("invalid_argument", "rho must be a fraction above 0");
  return discreteGaussianFrom(discreteGaussianEvent(sensitivity, rational(sensitivity * rho.den, 2n * rho.num)));
}

/** The mechanism that an event describes. @throws PacelineError invalid_message, invalid_argument */
export function discreteGaussianFrom(event: DiscreteGaussianEvent): DiscreteGaussian {
  const { sensitivity, sigmaSquared } = discreteGaussianParameters(event);
  const sample = discreteGaussianSampler(sigmaSquared);
  return {
    event: discreteGaussianEvent(sensitivity, sigmaSquared),
    trust: "distributed",
    rho: rhoOfDiscreteGaussian(event),
    law: (draws) => ({ mechanism: "discrete-gaussian", sigmaSquared, draws }),
    drawNoise: (entropy, length) => drawWith(sample, entropy, length),
  };
}
