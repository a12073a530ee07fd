// The discrete Gaussian mechanism as a ledger row: its parameters and its exact price.
import { fail } from "../../../base/errors.ts";
import { type NanoRho, nanoRhoAtLeast } from "../../accounting/nano-rho.ts";
import { formatRational, parseRational, type Rational } from "../../rational.ts";
import { type L2SquaredSensitivity, l2SquaredSensitivity, type ProtectedUnit, type ZeroOut } from "../../units.ts";
import { noiseFields, promise } from "../fields.ts";

/** Integers and fractions travel as decimal text: "3", "7/5". The bound is the squared L2 norm. */
export type DiscreteGaussianEvent = {
  readonly mechanism: "discrete-gaussian";
  readonly unit: ProtectedUnit;
  readonly neighbouring: ZeroOut;
  readonly sensitivity: { readonly norm: "l2-squared"; readonly bound: string };
  readonly sigmaSquared: string;
};

export function discreteGaussianEvent(
  sensitivity: L2SquaredSensitivity,
  sigmaSquared: Rational,
): DiscreteGaussianEvent {
  const bound = { norm: "l2-squared", bound: `${sensitivity}` } as const;
  return { mechanism: "discrete-gaussian", ...promise, sensitivity: bound, sigmaSquared: formatRational(sigmaSquared) };
}

/** The numbers in an event. @throws PacelineError invalid_message, invalid_argument when one is out of range. */
export function discreteGaussianParameters(value: unknown): {
  sensitivity: L2SquaredSensitivity;
  sigmaSquared: Rational;
  unit: ProtectedUnit;
} {
  const { bound, parameter, unit } = noiseFields(value, "discrete-gaussian", "sigmaSquared", "l2-squared");
  const sigmaSquared = parseRational(parameter, "a discrete Gaussian variance parameter");
  if (sigmaSquared.num <= 0n)
    fail("invalid_argument", "a discrete Gaussian variance parameter must be a fraction above 0");
  return { sensitivity: l2SquaredSensitivity(bound), sigmaSquared, unit };
}

export function parseDiscreteGaussian(value: unknown): DiscreteGaussianEvent {
  const { sensitivity, sigmaSquared, unit } = discreteGaussianParameters(value);
  return { ...discreteGaussianEvent(sensitivity, sigmaSquared), unit };
}

/** rho = Δ₂²/2σ², rounded up (PROOF.md). */
export function rhoOfDiscreteGaussian(event: DiscreteGaussianEvent): NanoRho {
  const { sensitivity, sigmaSquared } = discreteGaussianParameters(event);
  return nanoRhoAtLeast({ num: sensitivity * sigmaSquared.den, den: 2n * sigmaSquared.num });
}
