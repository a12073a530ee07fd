// Logarithms of the gamma function and of binomial coefficients.

const halfLogTwoPi = 0.9189385332046727;

/** ln Γ(x) for x > 0, absolute error below 1e-15 · max(1, |ln Γ(x)|): Stirling's series from x = 12 on, a shift below. */
export function logGamma(x: number): number {
  if (x < 12) {
    let product = 1;
    let shifted = x;
    while (shifted < 12) product *= shifted++;
    return stirling(shifted) - Math.log(product);
  }
  return stirling(x);
}

function stirling(x: number): number {
  return (x - 0.5) * Math.log(x) - x + halfLogTwoPi + series(x);
}

/** ln n! minus ((n + ½) ln n - n + ½ ln 2π) for a whole n ≥ 1. */
export function stirlingRemainder(n: number): number {
  return n < remainders.length ? (remainders[n] as number) : series(n);
}

/** The Bernoulli terms to x^-15, below 1e-16 from x = 12 on. */
function series(x: number): number {
  const s = 1 / (x * x);
  const high = 1 / 1188 + s * (-691 / 360360 + s * (1 / 156 - (s * 3617) / 122400));
  return (1 / 12 + s * (-1 / 360 + s * (1 / 1260 + s * (-1 / 1680 + s * high)))) / x;
}

/** For 1 … 11, from products. */
const remainders = Array.from({ length: 12 }, (_, n) => {
  let product = 1;
  for (let k = 2; k <= n; k++) product *= k;
  return n === 0 ? 0 : Math.log(product) - (n + 0.5) * Math.log(n) + n - halfLogTwoPi;
});

const logFactorials = new Float64Array(1025);
for (let i = 1; i < logFactorials.length; i++) logFactorials[i] = logGamma(i + 1);

/** ln n! for a whole n. */
export function logFactorial(n: number): number {
  return n < logFactorials.length ? (logFactorials[n] as number) : logGamma(n + 1);
}

/** ln of the binomial coefficient n over k, 0 ≤ k ≤ n, for real n and k. */
export function logBinomial(n: number, k: number): number {
  if (Number.isInteger(n) && Number.isInteger(k)) return logFactorial(n) - logFactorial(k) - logFactorial(n - k);
  return logGamma(n + 1) - logGamma(k + 1) - logGamma(n - k + 1);
}
