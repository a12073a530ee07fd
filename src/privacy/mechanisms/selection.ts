// What mechanisms have in common that pick one of several candidates. They see true utilities, so only a central curator
// or a device that looks at its own data may run them: whoever makes one says which, and what takes distributed
// mechanisms does not take these.
import { fail } from "../../base/errors.ts";
import type { AnyEntropy } from "../../ports/entropy.ts";
import { type Rational, rational } from "../rational.ts";
import { numberAbove } from "../rational-bounds.ts";
import { BitSource } from "../samplers/bit-source.ts";
import type { Choice } from "../samplers/choice.ts";
import { type Neighbouring, neighbouringRelations, type PrivacyUnit, type UtilitySensitivity } from "../units.ts";

/** Who may run a mechanism that needs true values. */
export type SeesTruth = "central" | "device-only";

export interface SelectionParameters<T extends SeesTruth, N extends Neighbouring, U extends PrivacyUnit> {
  readonly trust: T;
  readonly unit: U;
  readonly neighbouring: N;
  readonly epsilon: Rational;
  readonly sensitivity: UtilitySensitivity<NoInfer<N>, NoInfer<U>>;
  /** Utilities are given in units of 1/denominator; public, the same whatever the data. 1 when left out. */
  readonly denominator?: bigint;
}

export interface SelectionMechanism<E, T extends SeesTruth, N extends Neighbouring, U extends PrivacyUnit> {
  readonly event: E;
  readonly trust: T;
  readonly unit: U;
  readonly neighbouring: N;
  readonly epsilon: Rational;
  /**
   * The index of the chosen candidate; larger utilities are likelier.
   * @param utilities 1 to 2^20 of them, in units of 1/denominator
   */
  select(entropy: AnyEntropy, utilities: readonly bigint[]): number;
}

/** @param choiceOf the choice for a rate: ε/2Δ for one unit of utility */
export function selection<E, T extends SeesTruth, N extends Neighbouring, U extends PrivacyUnit>(
  parameters: SelectionParameters<T, N, U>,
  eventOf: (epsilon: number) => E,
  choiceOf: (rate: Rational) => Choice,
): SelectionMechanism<E, T, N, U> {
  const { trust, unit, neighbouring, epsilon, sensitivity, denominator = 1n } = parameters;
  if (!(["central", "device-only"] as readonly string[]).includes(trust))
    fail("invalid_argument", 'trust must be "central" or "device-only": a selection sees true utilities');
  if (!neighbouringRelations.includes(neighbouring))
    fail("invalid_argument", `the neighbouring relation must be ${neighbouringRelations.join(", ")}`);
  if (epsilon.num <= 0n) fail("invalid_argument", "epsilon must be a fraction above 0");
  if (denominator < 1n) fail("invalid_argument", "denominator must be an integer of at least 1");
  const pick = choiceOf(rational(epsilon.num * sensitivity.den, 2n * epsilon.den * sensitivity.num * denominator));
  return {
    event: eventOf(numberAbove(epsilon)),
    trust,
    unit,
    neighbouring,
    epsilon,
    select: (entropy, utilities) => {
      if (utilities.length < 1 || utilities.length > candidatesMax)
        fail("invalid_argument", `a selection needs 1 to ${candidatesMax} candidates`);
      return pick(new BitSource(entropy, 256), utilities);
    },
  };
}

const candidatesMax = 2 ** 20;
