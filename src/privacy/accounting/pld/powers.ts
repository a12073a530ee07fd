// e^(start + slope·i) along a lattice: 64 small powers times one large one a block, so that an element costs a product.

const blockSize = 64;

/** A plan asks for the same few slopes once a part: these are kept. */
const recent: { readonly slope: number; readonly powers: Float64Array }[] = [];
const recentMax = 8;

function smallPowers(slope: number): Float64Array {
  for (const one of recent) if (one.slope === slope) return one.powers;
  const powers = new Float64Array(blockSize);
  for (let i = 0; i < blockSize; i++) powers[i] = Math.exp(i * slope);
  if (recent.length === recentMax) recent.shift();
  recent.push({ slope, powers });
  return powers;
}

/**
 * values[i]·e^(start + slope·i), exponents capped at `cap`. Without a cap's effect the relative error is at most
 * (6 + 2·largest |start + slope·i|)·2^-53, from the arguments' rounding and two exponentials.
 */
export function weighted(values: Float64Array, start: number, slope: number, cap: number): Float64Array {
  const small = smallPowers(slope);
  const result = new Float64Array(values.length);
  for (let block = 0; block < values.length; block += blockSize) {
    const large = Math.exp(Math.min(cap, start + block * slope));
    const end = Math.min(blockSize, values.length - block);
    for (let i = 0; i < end; i++) result[block + i] = (values[block + i] as number) * (large * (small[i] as number));
  }
  return result;
}

/** e^(start + slope·i) for `count` values of i; the error is that of `weighted`. */
export function powers(start: number, slope: number, count: number): Float64Array {
  const small = smallPowers(slope);
  const result = new Float64Array(count);
  for (let block = 0; block < count; block += blockSize) {
    const large = Math.exp(start + block * slope);
    const end = Math.min(blockSize, count - block);
    for (let i = 0; i < end; i++) result[block + i] = large * (small[i] as number);
  }
  return result;
}

/** Where p·e^(slope·i) is largest, to within 16 places. */
export function peakOf(p: Float64Array, slope: number): number {
  let best = Number.NEGATIVE_INFINITY;
  let at = 0;
  for (let block = 0; block < p.length; block += 16) {
    let most = 0;
    let place = 0;
    for (let i = block; i < block + 16 && i < p.length; i++)
      if ((p[i] as number) > most) {
        most = p[i] as number;
        place = i;
      }
    if (most === 0) continue;
    const value = Math.log(most) + slope * place;
    if (value > best) {
      best = value;
      at = place;
    }
  }
  return at;
}

/** ln Σ values[i]·e^(slope·i), for a law and a slope of either sign; never below it by more than rounding. */
export function logMoment(values: Float64Array, slope: number): number {
  const small = smallPowers(slope);
  const reference = peakOf(values, slope);
  // What the cap takes away, and what underflows, is below this.
  let sum = 1e-200;
  for (let block = 0; block < values.length; block += blockSize) {
    const end = Math.min(blockSize, values.length - block);
    let part = 0;
    for (let i = 0; i < end; i++) part += (values[block + i] as number) * (small[i] as number);
    sum += part * Math.exp(Math.min(600, slope * (block - reference)));
  }
  return Math.log(sum) + slope * reference;
}
