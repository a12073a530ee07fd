// The standard normal law's two-sided probability, to about 1e-15 absolute.

/** P(|N| ≤ z), z ≥ 0: the power series of erf near 0, the continued fraction of erfc (Lentz) beyond. */
export function normalWithin(z: number): number {
  const density = Math.sqrt(2 / Math.PI) * Math.exp((-z * z) / 2);
  if (z < 3) {
    let [term, sum] = [z, z];
    for (let k = 1; term > 1e-17 * sum; k++) {
      term *= (z * z) / (2 * k + 1);
      sum += term;
    }
    return density * sum;
  }
  let fraction = z;
  for (let k = 60; k >= 1; k--) fraction = z + k / fraction;
  return 1 - density / fraction;
}
