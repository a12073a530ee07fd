// The discrete Laplace mechanism as a ledger row: its parameters and its exact price.
import { fail } from "../../../base/errors.ts";
import { expMinusBounds } from "../../accounting/exp-bounds.ts";
import { type NanoRho, nanoRhoAtLeast } from "../../accounting/nano-rho.ts";
import { formatRational, parseRational, type Rational, rational } from "../../rational.ts";
import { type L1Sensitivity, l1Sensitivity, type ProtectedUnit, type ZeroOut } from "../../units.ts";
import { noiseFields, promise } from "../fields.ts";

/** Integers and fractions travel as decimal text: "3", "7/5". */
export type DiscreteLaplaceEvent = {
  readonly mechanism: "discrete-laplace";
  readonly unit: ProtectedUnit;
  readonly neighbouring: ZeroOut;
  readonly sensitivity: { readonly norm: "l1"; readonly bound: string };
  readonly scale: string;
};

export function discreteLaplaceEvent(sensitivity: L1Sensitivity, scale: Rational): DiscreteLaplaceEvent {
  const bound = { norm: "l1", bound: `${sensitivity}` } as const;
  return { mechanism: "discrete-laplace", ...promise, sensitivity: bound, scale: formatRational(scale) };
}

/** The numbers in an event. @throws PacelineError invalid_message, invalid_argument when one is out of range. */
export function discreteLaplaceParameters(value: unknown): {
  sensitivity: L1Sensitivity;
  scale: Rational;
  unit: ProtectedUnit;
} {
  const { bound, parameter, unit } = noiseFields(value, "discrete-laplace", "scale", "l1");
  const scale = parseRational(parameter, "a discrete Laplace scale");
  return { sensitivity: l1Sensitivity(bound), scale: positive(scale), unit };
}

export function parseDiscreteLaplace(value: unknown): DiscreteLaplaceEvent {
  const { sensitivity, scale, unit } = discreteLaplaceParameters(value);
  return { ...discreteLaplaceEvent(sensitivity, scale), unit };
}

/** Beyond this many units of loss, e^-x no longer shows in a billionth. */
const lossMax = 64n;

/**
 * rho = KL(noise ‖ noise shifted by Δ) = h · (Δ - 2a(1 - a^Δ)/(1 - a²)) with h = 1/scale and a = e^-h, which is exact
 * for zCDP (PROOF.md), rounded up. For Δ = 1 it is h·tanh(h/2). The part in brackets is bounded from above by bounding
 * what is subtracted from below: 2a/(1 - a²) grows with a, 1 - a^Δ falls with a^Δ.
 */
export function rhoOfDiscreteLaplace(event: DiscreteLaplaceEvent): NanoRho {
  const { sensitivity, scale } = discreteLaplaceParameters(event);
  const [hNum, hDen] = [scale.den, scale.num];
  if (hNum > lossMax * hDen) return nanoRhoAtLeast({ num: hNum * sensitivity, den: hDen });
  const bits = 128n + 8n * BigInt(`${sensitivity}${hDen}`.length);
  const one = 1n << bits;
  const step = expMinusBounds(hNum, hDen, bits).lower;
  const loss = hNum * sensitivity > lossMax * hDen ? rational(lossMax) : { num: hNum * sensitivity, den: hDen };
  const whole = expMinusBounds(loss.num, loss.den, bits).upper;
  const subtracted = whole >= one ? 0n : (2n * step * (one - whole) * one) / (one * one - step * step);
  return nanoRhoAtLeast({ num: hNum * ((sensitivity << bits) - subtracted), den: hDen << bits });
}

function positive(scale: Rational): Rational {
  if (scale.num <= 0n) fail("invalid_argument", "a discrete Laplace scale must be a fraction above 0");
  return scale;
}
