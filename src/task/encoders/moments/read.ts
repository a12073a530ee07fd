// What sums of a moments part say about its members: any polynomial of their values, up to the part's order in each.
import { bernsteinWeights } from "./bernstein.ts";
import type { MomentsPart } from "./part.ts";

/** Coefficients of a polynomial in x, from the constant on; x is 0 at a value's lower bound and 1 at its upper. */
export type Polynomial = readonly number[];

/**
 * Weights over the cells, in members (released integers over weight × resolution), under which their sum is Σ p(x), or Σ p(x)·q(y) of
 * two values, over the members.
 */
export function cellWeights({ order, values }: MomentsPart, p: Polynomial, q: Polynomial = [1]): number[] {
  const first = bernsteinWeights(order, p);
  if (values.length === 1) return first;
  const second = bernsteinWeights(order, q);
  return first.flatMap((one) => second.map((other) => one * other));
}
