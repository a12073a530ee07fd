// e^x, the logistic function and tanh out of additions, multiplications and divisions alone: Math.exp may differ in the last bit
// from one JavaScript engine to the next, and an update should not.

const LN2_HIGH = 0.6931471803691238;
const LN2_LOW = 1.9082149292705877e-10;
/** e^x is below half of the smallest positive float there. */
const LEAST = -104;
/** 2^−k */
const halves = /* @__PURE__ */ powersOfHalf(152);

function powersOfHalf(count: number): Float64Array {
  const powers = new Float64Array(count);
  for (let k = 0, power = 1; k < count; k++, power /= 2) powers[k] = power;
  return powers;
}

/** e^x for x ≤ 0, with a relative error below 2^−50; 0 below −104. NaN stays NaN. */
export function expNegative(x: number): number {
  if (!(x > LEAST)) return Number.isNaN(x) ? x : 0;
  const k = Math.round(-x * Math.LOG2E);
  // ln 2 in two parts, the first with trailing zeros, so that k times it is exact (Cody and Waite).
  const r = x + k * LN2_HIGH + k * LN2_LOW;
  let sum = 1;
  for (let i = 13; i >= 1; i--) sum = 1 + (r / i) * sum;
  return sum * (halves[k] as number);
}

/** 1/(1 + e^−x) */
export function logistic(x: number): number {
  const e = expNegative(-Math.abs(x));
  return x < 0 ? e / (1 + e) : 1 / (1 + e);
}

/** Near 0 the difference of exponentials cancels; there its series does better. */
export function tanh(x: number): number {
  if (Math.abs(x) < 0.05) {
    const q = x * x;
    return x * (1 - q * (1 / 3 - q * (2 / 15 - q * (17 / 315 - q * (62 / 2835)))));
  }
  const e = expNegative(-2 * Math.abs(x));
  const t = (1 - e) / (1 + e);
  return x < 0 ? -t : t;
}
