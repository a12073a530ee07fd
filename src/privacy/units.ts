// What a guarantee is about: whose data may change, how, and in which norm the change is measured. All three are part of
// a sensitivity's type, so that an L1 bound cannot reach a Gaussian mechanism, a bound per record no ledger, and bounds
// under two relations never meet.
import type { Brand } from "../base/brand.ts";
import { fail } from "../base/errors.ts";
import type { Rational } from "./rational.ts";

/** Whose data may change: a person, with all of that person's samples in the window, or one row of a table. */
export type PrivacyUnit = "member" | "record";

/** What a ledger books: a person. A bound per record protects a single sample and never reaches a ledger. */
export type Member = "member";

/**
 * Whom a noise event says it protects: a member with all their devices, or one installation of an app, where nothing tells
 * that two installations are one member's. The bounds and the price are the same.
 */
export const protectedUnits = ["member", "installation"] as const;
export type ProtectedUnit = (typeof protectedUnits)[number];

/** Every relation that a guarantee here can be about, in the order that messages list them. */
export const neighbouringRelations = ["add-or-remove-one", "replace-one", "zero-out"] as const;

/** Which two data sets must look alike: with or without one record, one record for another, or one record nulled. */
export type Neighbouring = (typeof neighbouringRelations)[number];

/** What a ledger books: one member's contribution against the null contribution. The number of uploads stays public. */
export type ZeroOut = "zero-out";

/** Largest sum of absolute changes over all cells of the mapped integer vector. */
export type L1Sensitivity<N extends Neighbouring = ZeroOut, U extends PrivacyUnit = Member> = Brand<
  bigint,
  `l1 ${N} ${U}`
>;

/** Largest sum of squared changes over all cells: the square keeps it an integer. */
export type L2SquaredSensitivity<N extends Neighbouring = ZeroOut, U extends PrivacyUnit = Member> = Brand<
  bigint,
  `l2-squared ${N} ${U}`
>;

/** Largest change of any one candidate's utility, where a mechanism picks the best of several. */
export type UtilitySensitivity<N extends Neighbouring = ZeroOut, U extends PrivacyUnit = Member> = Brand<
  Rational,
  `utility ${N} ${U}`
>;

/** About whom and under which relation a bound holds; a member's zero-out when left out. */
export interface About<N extends Neighbouring, U extends PrivacyUnit> {
  readonly neighbouring?: N;
  readonly unit?: U;
}

const sensitivityMax = 1n << 96n;

function checked(value: bigint, norm: string): bigint {
  if (typeof value !== "bigint" || value < 1n || value >= sensitivityMax)
    fail("invalid_argument", `a ${norm} sensitivity must be an integer between 1 and 2^96 - 1`, {
      hint: "Take the bound that the encoder proves, after the linear map.",
    });
  return value;
}

/** @throws PacelineError invalid_argument outside 1 … 2^96 - 1. */
export function l1Sensitivity<N extends Neighbouring = ZeroOut, U extends PrivacyUnit = Member>(
  value: bigint,
  _about?: About<N, U>,
): L1Sensitivity<N, U> {
  return checked(value, "L1") as L1Sensitivity<N, U>;
}

/** @param value the squared L2 norm. @throws PacelineError invalid_argument outside 1 … 2^96 - 1. */
export function l2SquaredSensitivity<N extends Neighbouring = ZeroOut, U extends PrivacyUnit = Member>(
  value: bigint,
  _about?: About<N, U>,
): L2SquaredSensitivity<N, U> {
  return checked(value, "squared L2") as L2SquaredSensitivity<N, U>;
}

/** @throws PacelineError invalid_argument unless it is a fraction above 0 and below 2^96. */
export function utilitySensitivity<N extends Neighbouring = ZeroOut, U extends PrivacyUnit = Member>(
  value: Rational,
  _about?: About<N, U>,
): UtilitySensitivity<N, U> {
  if (value.num <= 0n || value.num >= sensitivityMax * value.den)
    fail("invalid_argument", "a utility's sensitivity must be a fraction above 0 and below 2^96");
  return value as UtilitySensitivity<N, U>;
}
