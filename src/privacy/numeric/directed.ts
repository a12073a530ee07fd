// Sums that never come out too small.

/** a + b for a, b ≥ 0: exact when the sum is a double, else the next one above or a neighbour of it. */
export function addUp(a: number, b: number): number {
  const sum = a + b;
  const part = sum - a;
  const lost = a - (sum - part) + (b - part);
  return lost > 0 ? sum * (1 + 2 ** -52) : sum;
}
