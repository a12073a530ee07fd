// Lower-triangular Toeplitz factors as power series: C is c(z) = Σ c_k z^k, a matrix product the product of series, and the prefix
// sums A are 1/(1 − z). A release Cx + z is decoded as A·C⁻¹, whose series is 1/((1 − z)·c(z)).
import { fail } from "../../base/errors.ts";

/** The series of C, from the diagonal on; what is not given is 0. */
export type Series = ArrayLike<number>;

/** √A: binomial(2k, k)/4^k, the best Toeplitz factor for the largest error of prefix sums (Fichtenberger, Henzinger, Upadhyay 2022). */
export function squareRootSeries(length: number): Float64Array {
  const out = new Float64Array(length);
  if (length > 0) out[0] = 1;
  for (let k = 1; k < length; k++) out[k] = ((out[k - 1] as number) * (2 * k - 1)) / (2 * k);
  return out;
}

/** A buffered linear Toeplitz factor: 1, then Σ ω_i·θ_i^(k−1) (McMahan, Xu, Zhang 2024, arXiv 2408.08868). */
export function bufferedSeries(omega: readonly number[], theta: readonly number[], length: number): Float64Array {
  if (omega.length !== theta.length) fail("invalid_argument", "a buffer has a weight and a decay");
  const out = new Float64Array(length);
  if (length > 0) out[0] = 1;
  const powers = Float64Array.from(omega);
  for (let k = 1; k < length; k++)
    for (const [i, decay] of theta.entries()) {
      out[k] = (out[k] as number) + (powers[i] as number);
      powers[i] = (powers[i] as number) * decay;
    }
  return out;
}

/** a/c, `length` terms, where c starts with something above 0. */
export function dividedBy(a: Series, c: Series, length: number): Float64Array {
  const first = c[0];
  if (!(first !== undefined && first > 0)) fail("invalid_argument", "a factor's diagonal must be above 0");
  const out = new Float64Array(length);
  for (let t = 0; t < length; t++) {
    let left = a[t] ?? 0;
    const last = Math.min(t, c.length - 1);
    for (let k = 1; k <= last; k++) left -= (c[k] as number) * (out[t - k] as number);
    out[t] = left / first;
  }
  return out;
}

/** 1/((1 − z)·c(z)): how the noise of a round stays in the prefix sums after it. */
export function decodingSeries(c: Series, rounds: number): Float64Array {
  return dividedBy(new Float64Array(rounds).fill(1), c, rounds);
}
