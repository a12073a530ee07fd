/** D_α(P ‖ P shifted by k), summed from the unnormalised log density, α > 1. */
export function renyiDivergence(logDensity: (x: number) => number, k: number, alpha: number, reach: number): number {
  let whole = 0;
  const exponents: number[] = [];
  for (let x = -reach; x <= reach; x++) {
    whole += Math.exp(logDensity(x));
    exponents.push(alpha * logDensity(x) + (1 - alpha) * logDensity(x - k));
  }
  const top = exponents.reduce((a, b) => Math.max(a, b));
  const sum = exponents.reduce((total, exponent) => total + Math.exp(exponent - top), 0);
  return (top + Math.log(sum) - Math.log(whole)) / (alpha - 1);
}

export const orders = [1.01, 1.1, 1.5, 2, 3, 5, 8, 16, 50, 200];
