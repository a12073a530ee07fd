// Laplace noise for a target over several queries.
import { fail } from "../../base/errors.ts";
import { compose } from "../accounting/algebra/compose.ts";
import type { PrivacyEvent } from "../accounting/algebra/types.ts";
import { formatRational, type Rational } from "../rational.ts";
import type { L1Sensitivity, Neighbouring } from "../units.ts";
import { calibrate } from "./calibrate.ts";
import { dyadicAbove } from "./grid.ts";
import { checkPureTarget, type Target } from "./target.ts";

/** Queries on the same members, each answered with noise of its own. */
export interface Queries {
  /** How many, 1 when left out. */
  readonly queries?: number;
}

/** Bounds how far rounding may have moved a product of three doubles. */
const upward = 1 + 2 ** -50;
/** At that much more than the basic scale every accountant's own rounding is covered. */
const roundings = 1 + 1e-10;

/**
 * The smallest scale of Laplace noise, in units of one query's L1 sensitivity, that provably meets the target over all
 * queries together, within 1e-4 relative. With delta = 0 it is queries/epsilon.
 * @throws PacelineError invalid_argument
 */
export function laplaceScale(
  target: Target,
  { queries = 1 }: Queries = {},
): { readonly scale: number; readonly refuted: number } {
  const { epsilon, delta } = checkPureTarget(target);
  const count = checkQueries(queries);
  // Pure composition always holds; what delta saves is searched below it.
  const basic = (count / epsilon) * upward;
  if (delta === 0) return { scale: basic, refuted: (count / epsilon) * (1 - 2 ** -50) };
  const neighbouring = "add-or-remove-one";
  const event = (scale: number) =>
    compose(neighbouring, [{ event: { mechanism: "laplace", noiseMultiplier: scale }, count }]);
  const range = [basic * 1e-9, basic * roundings] as const;
  const found = calibrate({ neighbouring, target, event, range, guess: basic });
  return { scale: found.parameter, refuted: found.refuted ?? 0 };
}

/**
 * The same for discrete Laplace noise on integers: an exact scale with 15 significant bits, rounded up, certified as it
 * stands under the relation that the sensitivity belongs to.
 */
export function discreteLaplaceScale(
  target: Target,
  sensitivity: L1Sensitivity,
  neighbouring: Neighbouring,
  { queries = 1 }: Queries = {},
): Rational {
  const { epsilon, delta } = checkPureTarget(target);
  const count = checkQueries(queries);
  const basic = ((count * Number(sensitivity)) / epsilon) * upward;
  if (delta === 0) return dyadicAbove(basic);
  const event = (scale: number): PrivacyEvent =>
    compose(neighbouring, [
      {
        event: {
          mechanism: "discrete-laplace",
          unit: "member",
          neighbouring,
          sensitivity: { norm: "l1", bound: `${sensitivity}` },
          scale: formatRational(dyadicAbove(scale)),
        } as PrivacyEvent,
        count,
      },
    ]) as PrivacyEvent;
  const range = [basic * 1e-9, basic * roundings] as const;
  return dyadicAbove(calibrate({ neighbouring, target, event, range, guess: basic }).parameter);
}

function checkQueries(queries: number): number {
  if (Number.isSafeInteger(queries) && queries >= 1 && queries <= 2 ** 31) return queries;
  return fail("invalid_argument", `the number of queries must be whole, 1 to 2^31, not ${queries}`);
}
