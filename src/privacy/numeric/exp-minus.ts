// Functions whose first terms cancel, written so that they do not.

/** e^x - 1 - x ≥ 0, to full relative precision. */
export function expMinusLine(x: number): number {
  if (Math.abs(x) > 0.5) return Math.expm1(x) - x;
  let [term, sum] = [(x * x) / 2, 0];
  for (let k = 3; sum + term !== sum; k++) {
    sum += term;
    term *= x / k;
  }
  return sum;
}

/**
 * (1 + y)^power - 1 - power·y for y > -1, to full relative precision: at least 0 for power ≥ 1 or power ≤ 0. The
 * binomial series where power·y is small, otherwise the difference, which then loses at most two digits.
 * @param logOnePlus ln(1 + y), when the caller has it already
 */
export function powerMinusLine(power: number, y: number, logOnePlus = Math.log1p(y)): number {
  const first = power * y;
  if (Math.abs(first) > 0.05 || Math.abs(y) > 0.05) return Math.expm1(power * logOnePlus) - first;
  let [term, sum] = [(first * (power - 1) * y) / 2, 0];
  for (let k = 3; sum + term !== sum; k++) {
    sum += term;
    term *= ((power - k + 1) * y) / k;
  }
  return sum;
}
