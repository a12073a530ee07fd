// What a mechanism promises, and the least that the promise can be in view of one test's error rates. Whatever is done
// to an answer afterwards, a test too, makes no divergence larger: a test whose answers lie further apart than the promise refutes it.
import { fail } from "../../base/errors.ts";
import { logAdd } from "../numeric/log-add.ts";

/** A promise about every pair of neighbours, in either order. */
export type Claim =
  /** (ε, δ)-DP */
  | { readonly kind: "epsilon"; readonly epsilon: number; readonly delta: number }
  /** ρ-zCDP: the Rényi divergence of every order a > 1 is at most aρ */
  | { readonly kind: "rho"; readonly rho: number }
  /** (order, divergence)-RDP */
  | { readonly kind: "renyi"; readonly order: number; readonly divergence: number };

/** How often a test says "present": of those who are at least `present`, of those who are not at most `absent`. */
export interface TestRates {
  readonly present: number;
  readonly absent: number;
}

/** Orders at which zCDP is tried; each gives a valid bound. 1 stands for the limit, the Kullback-Leibler divergence. */
const orders: readonly number[] = [1, 1.05, 1.1, 1.25, 1.5, 2, 3, 4, 6, 8, 12, 16, 32, 64];

/** The number that is claimed: ε, ρ or a divergence. */
export function claimedOf(claim: Claim): number {
  return claim.kind === "epsilon" ? claim.epsilon : claim.kind === "rho" ? claim.rho : claim.divergence;
}

/** @throws PacelineError invalid_argument for what promises nothing, or is no number */
export function checkClaim(claim: Claim): void {
  const amount = claimedOf(claim);
  if (!(amount >= 0 && amount < Number.POSITIVE_INFINITY))
    fail("invalid_argument", `a claim is a number of at least 0, not ${amount}`);
  if (claim.kind === "epsilon" && !(claim.delta >= 0 && claim.delta < 1))
    fail("invalid_argument", `a claim's delta lies between 0 and 1, 1 left out, not ${claim.delta}`);
  if (claim.kind === "renyi" && !(claim.order >= 1 && claim.order < Number.POSITIVE_INFINITY))
    fail("invalid_argument", `an order is a number of at least 1, not ${claim.order}`);
}

/**
 * The least ε, ρ or divergence that allows these rates. 0 where the test tells nothing; infinite where it tells everything.
 * @throws PacelineError invalid_argument for rates that are none, as checkClaim
 */
export function leastFor(claim: Claim, rates: TestRates): number {
  const { present, absent } = rates;
  checkClaim(claim);
  if (!(present >= 0 && present <= 1 && absent >= 0 && absent <= 1))
    fail("invalid_argument", "rates lie between 0 and 1");
  if (present <= absent) return 0;
  switch (claim.kind) {
    case "epsilon":
      // P(S) ≤ e^ε Q(S) + δ, for the test's "present" and for its "absent".
      return Math.max(0, ratio(present - claim.delta, absent), ratio(1 - absent - claim.delta, 1 - present));
    case "rho":
      return Math.max(...orders.map((order) => divergence(rates, order) / order));
    case "renyi":
      return divergence(rates, claim.order);
  }
}

function ratio(over: number, under: number): number {
  return over > 0 ? Math.log(over / under) : 0;
}

/** The larger of the Rényi divergences of one coin from the other. */
function divergence({ present, absent }: TestRates, order: number): number {
  return Math.max(ofCoins(present, absent, order), ofCoins(absent, present, order));
}

function ofCoins(p: number, q: number, order: number): number {
  if (order === 1) return term(p, q) + term(1 - p, 1 - q);
  return Math.max(0, logAdd(logPower(p, q, order), logPower(1 - p, 1 - q, order)) / (order - 1));
}

const term = (p: number, q: number) => (p === 0 ? 0 : p * Math.log(p / q));
/** ln(p^order·q^(1 - order)): the power itself may be no double. */
const logPower = (p: number, q: number, order: number) =>
  p === 0 ? Number.NEGATIVE_INFINITY : order * Math.log(p) + (1 - order) * Math.log(q);
