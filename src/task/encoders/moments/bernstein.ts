// Bernstein's polynomials of one degree: C(d, k) xᵏ (1 − x)ᵈ⁻ᵏ for k = 0 … d. On [0, 1] they are never negative and add up to 1,
// and every polynomial up to that degree is a weighted sum of them (Lorentz 1953; Farouki 2012, CAGD 29).

/** Their values at one x from 0 to 1: multiplications alone, so that every engine gets the same bits. */
export function bernstein(degree: number, x: number): number[] {
  let values = [1];
  // De Casteljau's triangle, upwards.
  for (let order = 1; order <= degree; order++) {
    const next = new Array<number>(order + 1).fill(0);
    for (const [k, value] of values.entries()) {
      next[k] = (next[k] as number) + value * (1 - x);
      next[k + 1] = (next[k + 1] as number) + value * x;
    }
    values = next;
  }
  return values;
}

/**
 * The weights of Σ pⱼxʲ over them: Σⱼ pⱼ C(k, j) / C(d, j).
 * @param polynomial coefficients from the constant on, at most degree + 1 of them
 */
export function bernsteinWeights(degree: number, polynomial: readonly number[]): number[] {
  return Array.from({ length: degree + 1 }, (_, k) =>
    polynomial.reduce((sum, p, j) => (j > k ? sum : sum + (p * choose(k, j)) / choose(degree, j)), 0),
  );
}

function choose(n: number, k: number): number {
  let product = 1;
  for (let i = 1; i <= k; i++) product = (product * (n - k + i)) / i;
  return product;
}
