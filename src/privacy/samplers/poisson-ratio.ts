// How much rarer than its mode a Poisson value is: for a whole mean m, P(m + j) = P(m) · exp(-L(j)) with
// L(j) = ln((m + j)!/m!) - j ln m. Once in doubles with a proven error, once in integers to any precision.
import { type Bounds, expMinusBounds } from "../accounting/exp-bounds.ts";

/** 1/(12n) - 1/(360n³) + 1/(1260n⁵), Stirling's series of ln n!; what is left out is below 1/(1680n⁷). */
function stirling(n: number): number {
  const inverse = 1 / n;
  const square = inverse * inverse;
  return inverse * (1 / 12 - square * (1 / 360 - square / 1260));
}

/**
 * L(j) for m ≥ 64 and |x| ≤ 1/2, x = j/m: m·φ(x) + ln(1+x)/2 + stirling(m+j) - stirling(m) with
 * φ(x) = (1+x)ln(1+x) - x = x²/2 - x³/6 + x⁴/12 - …, summed until the rest is below 2^-54·m·x².
 * Wrong by at most 2^-46·(1 + j²/m): the terms of both series sum to at most 2·j²/m + 1 in magnitude, each is within
 * 2^-48 of itself after the few dozen roundings on its way, and Stirling's rest is below 2^-45 at n ≥ 32 only for
 * j < -m/4, where j²/m ≥ 4.
 */
export function logRarity(m: number, j: number): number {
  const x = j / m;
  const least = 2 ** -54 * x * x;
  let [power, phi, log] = [x, 0, x];
  for (let r = 2; ; r++) {
    // power = ±x^(r-1), alternating as the series of ln(1+x) does
    power = -power * x;
    log += power / r;
    const term = power / (r * (r - 1));
    phi -= term;
    if (Math.abs(term) <= least) break;
  }
  return m * phi + (log / 2 + (stirling(m + j) - stirling(m)));
}

/** Up to this many factors are multiplied out. */
const factorsMax = 1024n;

/** Bounds of exp(-(L(j) + num/den)), j any integer ≥ -m, den > 0, as integers over 2^bits. */
export function rarityBounds(m: bigint, j: bigint, num: bigint, den: bigint, bits: bigint): Bounds {
  const distance = j < 0n ? -j : j;
  return distance <= factorsMax || 2n * distance > m
    ? productBounds(m, j, num, den, bits)
    : seriesBounds(m, j, num, den, bits);
}

/** m^j · m!/(m+j)! is a fraction; exp(-num/den) is bounded. */
export function productBounds(m: bigint, j: bigint, num: bigint, den: bigint, bits: bigint): Bounds {
  let [top, bottom] = [1n, 1n];
  for (let i = 1n; i <= j; i++) [top, bottom] = [top * m, bottom * (m + i)];
  for (let i = 0n; i < -j; i++) [top, bottom] = [top * (m - i), bottom * m];
  if (num >= 0n) {
    const { lower, upper } = expMinusBounds(num, den, bits);
    return { lower: (lower * top) / bottom, upper: (upper * top) / bottom + 1n };
  }
  const { lower, upper } = expMinusBounds(-num, den, bits + guardFor(-num, den));
  const scaled = top << (2n * bits + guardFor(-num, den));
  return { lower: scaled / (bottom * upper), upper: scaled / (bottom * lower) + 1n };
}

/** Bits that e^(-num/den) takes away. */
function guardFor(num: bigint, den: bigint): bigint {
  return 64n + (2n * num) / den;
}

/** From the series of ln(1+x) and sums of powers, |j| ≤ m/2. */
export function seriesBounds(m: bigint, j: bigint, num: bigint, den: bigint, bits: bigint): Bounds {
  const fine = bits + 64n;
  const { lower, upper } = rarityLog(m, j, fine);
  const shift = num << fine;
  // L + num/den ≥ 0 up to rounding where it is used for an acceptance
  const [low, high] = [lower * den + shift, upper * den + shift];
  const scale = den << fine;
  const one = 1n << bits;
  return {
    lower: high <= 0n ? one : expMinusBounds(high, scale, bits).lower,
    upper: low <= 0n ? one : expMinusBounds(low, scale, bits).upper,
  };
}

/**
 * Bounds of L(j) · 2^bits. For j > 0: Σᵣ (-1)^(r+1) S_r(j)/(r m^r); for j < 0: Σᵣ S_r(|j|-1)/(r m^r); S_r(n) = Σ_{i≤n} i^r.
 * What follows the R-th term is at most |j|·|x|^(R+1) ≤ |j|·2^-(R+1).
 */
function rarityLog(m: bigint, j: bigint, bits: bigint): Bounds {
  const distance = j < 0n ? -j : j;
  const size = 64n + BigInt(m.toString(2).length);
  const [ratioTop, one] = [distance, 1n << bits];
  let rest = distance * one;
  let [lower, upper, power, r] = [0n, 0n, 1n, 0n];
  for (const sum of powerSums(j < 0n ? distance - 1n : j)) {
    if (r > 0n) {
      const top = (sum << bits) / (r * power);
      const negative = j > 0n && r % 2n === 0n;
      lower += negative ? -top - 1n : top;
      upper += negative ? -top : top + 1n;
    }
    rest = (rest * ratioTop) / m + 1n;
    if (r > 0n && rest <= size) break;
    power *= m;
    r++;
  }
  return { lower: lower - rest - 1n, upper: upper + rest + 1n };
}

/** S_0 = n + 1, S_1, S_2, …: (n+1)^(r+1) = Σ_{q ≤ r} C(r+1, q) S_q. */
function* powerSums(n: bigint): Generator<bigint> {
  const sums: bigint[] = [];
  let power = 1n;
  for (let r = 0n; ; r++) {
    power *= n + 1n;
    let [rest, choose] = [power, 1n];
    for (let q = 0n; q < r; q++) {
      rest -= choose * (sums[Number(q)] as bigint);
      choose = (choose * (r + 1n - q)) / (q + 1n);
    }
    const sum = rest / (r + 1n);
    sums.push(sum);
    yield sum;
  }
}
