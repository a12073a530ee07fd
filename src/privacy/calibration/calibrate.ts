// Noise for a target, for any mechanism or composition: a function from a parameter to an event, and the accountant that
// certifies what comes out.
import { isPacelineError } from "../../base/errors.ts";
import {
  type Account,
  type Accountant,
  type AccountOptions,
  account,
  accountantNames,
  type Question,
} from "../accounting/account.ts";
import type { PrivacyEvent } from "../accounting/algebra/types.ts";
import type { Neighbouring } from "../units.ts";
import { nearestGood } from "./search.ts";
import { checkTarget, type Target } from "./target.ts";

export interface Calibration<N extends Neighbouring = Neighbouring> {
  readonly neighbouring: N;
  readonly target: Target;
  /** The plan at a parameter. Its cost must fall with the parameter, or rise with it, all the way: see `better`. */
  readonly event: (parameter: number) => PrivacyEvent<N>;
  /** "larger" (when left out): a larger parameter protects more, as noise does. "smaller": as the number of steps does. */
  readonly better?: "larger" | "smaller";
  /** Where to look, 1e-4 … 1e8 when left out. */
  readonly range?: readonly [min: number, max: number];
  /** Where to start. */
  readonly guess?: number;
  /** Allowed parameters are the whole multiples of this, e.g. 1 for a number of steps. */
  readonly grid?: number;
  /** How close to the best parameter to come, relative; 1e-4 when left out. */
  readonly tolerance?: number;
  /** Certify by these accountants alone. */
  readonly accountants?: readonly Accountant[];
}

export interface Calibrated<N extends Neighbouring = Neighbouring> {
  /** Meets the target, as `account` of `event` with `options` proves. */
  readonly parameter: number;
  readonly event: PrivacyEvent<N>;
  readonly guarantee: Account;
  /** With these `account` gives that guarantee; its own bracket may be too wide for a target that is met so closely. */
  readonly options: AccountOptions;
  /** The nearest parameter that is known not to meet it, where one was met; see Account.tight for what is known. */
  readonly refuted: number | undefined;
  /** How many times an accountant was asked. */
  readonly evaluations: number;
}

/**
 * The parameter nearest to the edge of what meets the target. The returned one was itself accounted for and meets it; a
 * curve that is not monotone can only make it less than the best.
 * @throws PacelineError unsupported where no accountant bounds the event, or nothing in the range meets the target.
 */
export function calibrate<N extends Neighbouring>(request: Calibration<N>): Calibrated<N> {
  const { neighbouring, event, better = "larger", range = [1e-4, 1e8], tolerance = 1e-4 } = request;
  const { epsilon, delta } = checkTarget(request.target);
  // At epsilon 0 only delta tells how far a parameter is from the target.
  const question: Question = epsilon === 0 ? { epsilon } : { delta };
  const target = epsilon === 0 ? delta : epsilon;
  const asked = new Map<number, Account>();
  let evaluations = 0;
  const ask = (parameter: number, options: AccountOptions): Account => {
    evaluations += 1;
    const answer = account({ event: event(parameter), neighbouring }, question, options);
    asked.set(parameter, answer);
    return answer;
  };
  const near = (guess: number, guessWithin: number, wanted: number, options: AccountOptions) =>
    nearestGood({
      cost: (parameter) => ask(parameter, options),
      target,
      better,
      range,
      guess,
      guessWithin,
      tolerance: wanted,
      what: "parameter",
      ...(request.grid === undefined ? {} : { grid: request.grid }),
    });
  const allowed = request.accountants ?? accountantNames;
  const widthOf = (relative: number) => Math.min(1, Math.max(1e-12, relative * (epsilon === 0 ? 1 : epsilon)));
  const start = request.guess ?? Math.min(Math.max(1, range[0]), range[1]);
  // Loss distributions may take long far from the target: the quick accountants lead there, then a coarse grid.
  const quick = roughly(
    () => near(start, 1, 0.02, { accountants: allowed.filter((name) => name !== "pld") }).parameter,
  );
  const coarse = { accountants: allowed, width: widthOf(0.001), bound: "upper" } as const;
  const rough = near(quick ?? start, quick === undefined ? 1 : 0.1, Math.max(tolerance, 0.0005), coarse).parameter;
  const { accountant } = asked.get(rough) as Account;
  // The best one there, and the one that can refute.
  const chosen = allowed.filter((name) => name === accountant || (name === "pld" && accountant !== "gdp"));
  const fine = { accountants: chosen, width: widthOf(tolerance / 2) };
  const found = near(rough, 0.001, tolerance, fine);
  const guarantee = asked.get(found.parameter) as Account;
  const { parameter, refuted } = found;
  return { parameter, event: event(parameter), guarantee, options: fine, refuted, evaluations };
}

/** Nothing where the quick accountants have no answer. */
function roughly(search: () => number): number | undefined {
  try {
    return search();
  } catch (error) {
    if (isPacelineError(error) && error.code === "unsupported") return undefined;
    throw error;
  }
}
