// Filters whose costs simply add up: Rényi divergence at one fixed order, and mu² of Gaussian differential privacy. For
// zCDP there is the ledger's own, in whole nano-rho (../filter.ts).
import { fail } from "../../../base/errors.ts";
import { addUp, squareDown, squareUp } from "../../numeric/directed.ts";
import type { Charged, Scope } from "./scope.ts";

/**
 * Stops before the Rényi divergences of order `order` add up to more than `cap`; all answers together then have at most
 * that divergence (Feldman and Zrnic 2021, Theorem 3.1). One order only: a filter cannot pick the best one afterwards.
 */
export interface RenyiFilter<S extends Scope = Scope> {
  readonly kind: "renyi-filter";
  readonly scope: S;
  readonly order: number;
  readonly cap: number;
  readonly spent: number;
}

/** Stops before mu² adds up to more than `cap` = μ²; all answers together are μ-GDP (Smith and Thakurta 2022). */
export interface GdpFilter<S extends Scope = Scope> {
  readonly kind: "gdp-filter";
  readonly scope: S;
  readonly cap: number;
  readonly spent: number;
}

/** @throws PacelineError invalid_argument for an order of 1 or less, or a cap below 0. */
export function renyiFilter<S extends Scope>(scope: S, order: number, cap: number): RenyiFilter<S> {
  if (!(order > 1 && order < Number.POSITIVE_INFINITY)) fail("invalid_argument", "the order must be a number above 1");
  return { kind: "renyi-filter", scope, order, cap: checkAmount(cap, "cap"), spent: 0 };
}

/** @param mu the guarantee to keep. @throws PacelineError invalid_argument for a mu below 0. */
export function gdpFilter<S extends Scope>(scope: S, mu: number): GdpFilter<S> {
  // Rounded down: the cap must not be looser than mu.
  return { kind: "gdp-filter", scope, cap: squareDown(checkAmount(mu, "mu")), spent: 0 };
}

/**
 * @param divergence an upper bound of the next mechanism's Rényi divergence at the filter's order (RenyiCurve.at).
 * @throws PacelineError invalid_argument for a negative or undefined cost.
 */
export function chargeRenyi<S extends Scope>(filter: RenyiFilter<S>, divergence: number): Charged<RenyiFilter<S>> {
  return charge(filter, checkCost(divergence));
}

/** @param mu the next mechanism's. @throws PacelineError invalid_argument for a negative or undefined cost. */
export function chargeGdp<S extends Scope>(filter: GdpFilter<S>, mu: number): Charged<GdpFilter<S>> {
  return charge(filter, squareUp(checkCost(mu)));
}

function charge<F extends { readonly cap: number; readonly spent: number }>(filter: F, cost: number): Charged<F> {
  const spent = addUp(filter.spent, cost);
  return spent <= filter.cap ? { ok: true, filter: { ...filter, spent } } : { ok: false, short: spent - filter.cap };
}

/** An infinite cost is a fact, and never fits. */
function checkCost(cost: number): number {
  if (typeof cost === "number" && cost >= 0) return cost;
  return fail("invalid_argument", "a privacy cost must be a number of at least 0");
}

function checkAmount(value: number, what: string): number {
  if (typeof value === "number" && value >= 0 && value <= 1e100) return value;
  return fail("invalid_argument", `the filter's ${what} must be a number between 0 and 1e100`);
}
