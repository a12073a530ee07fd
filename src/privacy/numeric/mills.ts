// The Mills ratio of the standard normal law, M(x) = (1 - Φ(x))/φ(x), and how fast it falls. Tails written as
// φ(x)·M(x) keep their relative accuracy however small they are, which differences of Φ do not.

/** Taylor expansions around the multiples of 1/4 from 0 to 8; beyond, the continued fraction is short. */
const perUnit = 4;
const tableEnd = 8;
const terms = 16;
const table = Float64Array.from(Array.from({ length: tableEnd * perUnit + 1 }, (_, i) => taylor(i / perUnit)).flat());

/** 1/√(2π). */
const densityAtZero = 0.3989422804014327;

/** φ(x). Its relative error is below (2 + 2x²)·2^-53. */
export function normalDensity(x: number): number {
  return densityAtZero * Math.exp((-x * x) / 2);
}

/** M(x) for x ≥ -1/8, within 1e-15 relative. */
export function millsRatio(x: number): number {
  if (x > tableEnd) return 1 / (x + tail(x));
  const node = Math.round(x * perUnit);
  const [step, start] = [x - node / perUnit, node * terms];
  let sum = 0;
  for (let n = start + terms - 1; n >= start; n--) sum = sum * step + (table[n] as number);
  return sum;
}

/** -M'(x) = 1 - x·M(x) for x ≥ -1/8, within 4e-15 relative. */
export function millsSlope(x: number): number {
  if (x > tableEnd) {
    const rest = tail(x);
    return rest / (x + rest);
  }
  const node = Math.round(x * perUnit);
  const [step, start] = [x - node / perUnit, node * terms];
  let sum = 0;
  for (let n = terms - 1; n >= 1; n--) sum = sum * step - n * (table[start + n] as number);
  return sum;
}

/** 1/(x + 2/(x + 3/(x + …))), x > 8: the part below the first x of 1/M(x). */
function tail(x: number): number {
  let fraction = x;
  for (let k = 32; k >= 2; k--) fraction = x + k / fraction;
  return 1 / fraction;
}

/**
 * M⁽ⁿ⁾(x)/n!. With s(n) = (-1)ⁿ·M⁽ⁿ⁾ = ∫ tⁿ exp(-xt - t²/2) dt over t ≥ 0, n·s(n-1) = s(n+1) + x·s(n), all positive,
 * and x·s(0) + s(1) = 1. Run downwards (Miller) it forgets where it started; at 0 run upwards, where nothing cancels.
 */
function taylor(x: number): number[] {
  const moments = new Array<number>(terms).fill(0);
  if (x === 0) {
    [moments[0], moments[1]] = [Math.sqrt(Math.PI / 2), 1];
    for (let n = 2; n < terms; n++) moments[n] = (n - 1) * (moments[n - 2] as number);
  } else {
    let [next, here] = [0, 1];
    for (let n = Math.ceil((20 / x) ** 2) + 60; n >= 1; n--) {
      [next, here] = [here, (next + x * here) / n];
      // Far above the terms that are kept the scale is free.
      if (n > terms && here < 1e-100) [next, here] = [next * 1e100, here * 1e100];
      if (n <= terms) moments[n - 1] = here;
    }
    const scale = 1 / (x * (moments[0] as number) + (moments[1] as number));
    for (let n = 0; n < terms; n++) moments[n] = (moments[n] as number) * scale;
  }
  let factorial = 1;
  return moments.map((moment, n) => {
    if (n > 0) factorial *= -n;
    return moment / factorial;
  });
}
