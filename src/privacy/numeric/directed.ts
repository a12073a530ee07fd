// Sums and squares that come out on a stated side of the exact value, and at it where it is a double.

/** a + b for a, b ≥ 0: exact when the sum is a double, else the next one above or a neighbour of it. */
export function addUp(a: number, b: number): number {
  const sum = a + b;
  const part = sum - a;
  const lost = a - (sum - part) + (b - part);
  return lost > 0 ? sum * (1 + 2 ** -52) : sum;
}

/** a² for a ≥ 0, or the next double above or a neighbour of it. */
export function squareUp(a: number): number {
  const square = a * a;
  return lostBySquaring(a, square) === 0 ? square : square * (1 + 2 ** -52) + Number.MIN_VALUE;
}

/** a² for a ≥ 0, or the next double below or a neighbour of it. */
export function squareDown(a: number): number {
  const square = a * a;
  return lostBySquaring(a, square) === 0 ? square : Math.max(0, square * (1 - 2 ** -52) - Number.MIN_VALUE);
}

/** a² - square exactly, by Veltkamp's splitting into halves of 26 bits; NaN where those leave the doubles' range. */
function lostBySquaring(a: number, square: number): number {
  if (a === 0) return 0;
  if (!(a > 1e-140 && a < 1e140)) return Number.NaN;
  const shifted = a * (2 ** 27 + 1);
  const high = shifted - (shifted - a);
  const low = a - high;
  return high * high - square + 2 * high * low + low * low;
}
