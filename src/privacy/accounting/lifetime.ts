// What one answer's ε means over time: the caps of a ledger recur, and who stays pays them again. For display, beside every
// ε: the ledger itself only adds nano-rho.
import { type Rational, toNumber } from "../rational.ts";
import { nanoRho } from "./nano-rho.ts";
import { epsilonOf } from "./zcdp.ts";

/** Of whatever ledger states it, in nano-rho. */
export interface LedgerCaps {
  /** An ISO week. */
  readonly week: bigint;
  /** A year of ISO weeks. */
  readonly year: bigint;
}

/** ε at `delta` of all answers that touch a span of time, and the ρ that implies it. */
export interface Span {
  readonly rho: number;
  readonly epsilon: number;
}

export interface Lifetime {
  readonly delta: number;
  readonly week: Span;
  readonly year: Span;
  readonly fiveYears: Span;
}

/** The statement for an answer: its own ε stands beside those of the caps. */
export interface AnswerLifetime extends Lifetime {
  readonly answer: Span;
  /** In words that people read. */
  readonly says: string;
}

const DELTA = 1e-6;
/** A year of ISO weeks has no more. */
const WEEKS = 53n;

/**
 * ε at δ = 10⁻⁶ of everything that one ledger lets happen in a week, a year and five years, in ρ-zCDP, whatever was asked in
 * which order: the caps are fixed in advance. A task debits a week of every year that it debits, so 53 weeks bound a year too.
 */
export function lifetimeOf({ week, year }: LedgerCaps): Lifetime {
  const most = year < WEEKS * week ? year : WEEKS * week;
  return { delta: DELTA, week: spanOf(week), year: spanOf(most), fiveYears: spanOf(5n * most) };
}

/** The part of a mechanism that the statement needs: `epsilon` where δ is 0. */
interface Cost {
  readonly rho: bigint;
  readonly epsilon?: Rational;
}

/** @param unit whom it is about @param cost of the answer; the smaller of its pure ε and what its ρ implies counts */
export function answerLifetime(caps: LedgerCaps, unit: string, { rho, epsilon: pure }: Cost): AnswerLifetime {
  const epsilon = pure === undefined ? Number.POSITIVE_INFINITY : toNumber(pure);
  const implied = spanOf(rho);
  const answer = { ...implied, epsilon: Math.min(epsilon, implied.epsilon) };
  const lifetime = lifetimeOf(caps);
  return {
    ...lifetime,
    answer,
    says: `One answer: ε = ${rounded(answer.epsilon)} for one ${unit} at δ = 10⁻⁶. ${capsInWords(lifetime)}`,
  };
}

/** What recurs, in words; what is told in every task is inside it. */
export function capsInWords({ week, year, fiveYears }: Lifetime): string {
  const [a, b, c] = [week, year, fiveYears].map(({ epsilon }) => rounded(epsilon));
  return (
    `All answers together, at the caps that recur: ε = ${a} a week, ${b} a year, ${c} in five years (δ = 10⁻⁶). ` +
    "What the profile says in every task, such as an age band, is inside these."
  );
}

function spanOf(nano: bigint): Span {
  return { rho: Number(nano) / 1e9, epsilon: epsilonOf(nanoRho(nano), DELTA) };
}

/** Two decimals, upwards: it is a bound. */
function rounded(epsilon: number): string {
  return (Math.ceil(epsilon * 100 - 1e-9) / 100).toFixed(2);
}
