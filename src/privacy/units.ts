// What a guarantee is about: whose data may change, how, and in which norm the change is measured. Norms are nominal
// types, so that an L1 bound cannot reach a Gaussian mechanism nor an L2 bound a Laplace one.
import type { Brand } from "../base/brand.ts";
import { fail } from "../base/errors.ts";

/** The unit of privacy: a person, with all of that person's samples in the window. */
export type PrivacyUnit = "member";

/** Zero-out: one member's contribution against the null contribution. The number of uploads stays public. */
export type Neighbouring = "zero-out";

/** Largest sum of absolute changes over all cells of the mapped integer vector. */
export type L1Sensitivity = Brand<bigint, "l1-sensitivity">;

/** Largest sum of squared changes over all cells: the square keeps it an integer. */
export type L2SquaredSensitivity = Brand<bigint, "l2-squared-sensitivity">;

const sensitivityMax = 1n << 96n;

function checked(value: bigint, norm: string): bigint {
  if (value < 1n || value >= sensitivityMax)
    fail("invalid_argument", `a ${norm} sensitivity must lie between 1 and 2^96 - 1`, {
      hint: "Take the bound that the encoder proves, after the linear map.",
    });
  return value;
}

/** @throws PacelineError invalid_argument outside 1 … 2^96 - 1. */
export function l1Sensitivity(value: bigint): L1Sensitivity {
  return checked(value, "L1") as L1Sensitivity;
}

/** @param value the squared L2 norm. @throws PacelineError invalid_argument outside 1 … 2^96 - 1. */
export function l2SquaredSensitivity(value: bigint): L2SquaredSensitivity {
  return checked(value, "squared L2") as L2SquaredSensitivity;
}
