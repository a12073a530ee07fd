// The law of a sum of losses by an exponentially tilted transform: accurate relative to its size wherever the tilt points,
// with a bound of every error that is computed along with it. The written bound is in PROOF.md, "Tilted transform".
import { negacyclicForward, negacyclicInverse, negacyclicPlan } from "../../../math/fft/negacyclic.ts";
import type { LatticeLaw } from "./lattice-law.ts";
import { logMoment, peakOf, weighted } from "./powers.ts";
import type { Tilt } from "./tilt.ts";

const unit = 2 ** -53;

/** A lattice law and how often it is added. */
export interface Term {
  readonly law: LatticeLaw;
  readonly count: number;
}

/**
 * Mass of the sum at s_j = offset + (first + j)·step is values[j]·exp(logScale - theta·step·j), up to `error` in values[j]
 * and the factor e^(±logError) throughout.
 */
export interface TiltedSum {
  readonly theta: number;
  readonly step: number;
  /** s_0. */
  readonly offset: number;
  readonly values: Float64Array;
  readonly logScale: number;
  readonly error: number;
  readonly logError: number;
  /** Bounds the tilted mass outside the window: it wraps round and appears inside with either sign. */
  readonly outside: number;
  /** Mass of an infinite loss, to 8e-15 relative. */
  readonly infinite: number;
}

export interface TiltedRequest {
  readonly terms: readonly Term[];
  readonly step: number;
  readonly tilt: Tilt;
  /** Length of the window in lattice points: a power of two. */
  readonly length: number;
}

export function tiltedSum({ terms, step, length, ...request }: TiltedRequest): TiltedSum {
  // Any order makes a Chernoff bound; steeper ones than this leave the doubles.
  const tilt = {
    ...request.tilt,
    lambdaLow: Math.min(request.tilt.lambdaLow, 8 / step),
    lambdaHigh: Math.min(request.tilt.lambdaHigh, 8 / step),
  };
  const { theta } = tilt;
  const points = length / 2;
  const spectrum = unitSpectrum(points);
  const scratch = { re: new Float64Array(points), im: new Float64Array(points) };
  const plan = negacyclicPlan(points);
  let [logScale, logError, offset, reference] = [0, 0, 0, 0];
  let [logInside, sums] = [0, 0];
  const chernoff = { low: 0, high: 0 };
  for (const { law, count } of terms) {
    const tilted = tiltedLaw(law, step, tilt);
    // Folding adds so many values in one place before the transform begins.
    const folds = unit * Math.ceil(tilted.values.length / length);
    scratch.re.fill(0);
    scratch.im.fill(0);
    wrap(tilted.values, scratch.re, scratch.im);
    negacyclicForward(plan, scratch.re, scratch.im);
    multiply(spectrum, scratch, count, (plan.relativeError + folds) * tilted.sum);
    logScale += count * tilted.logScale;
    logError += count * (law.relativeError + tilted.relativeError);
    offset += count * law.offset;
    reference += count * tilted.reference;
    logInside += count * Math.log1p(-Math.min(law.infinite, 1));
    sums += count * Math.abs(tilted.logScale) + count * Math.abs(law.offset);
    chernoff.low += count * (tilted.logLow - tilt.lambdaLow * law.offset);
    chernoff.high += count * (tilted.logHigh + tilt.lambdaHigh * law.offset);
  }
  const size = negacyclicInverseError(spectrum, plan.relativeError);
  negacyclicInverse(plan, spectrum.re, spectrum.im);
  const first =
    Math.round((tilt.low - offset) / step) - Math.max(0, Math.floor((length - (tilt.high - tilt.low) / step) / 2));
  const start = offset + first * step;
  const [low, high] = [start, start + (length - 1) * step];
  const outside = atMost(chernoff.low + tilt.lambdaLow * low) + atMost(chernoff.high - tilt.lambdaHigh * high) + unseen;
  return {
    theta,
    step,
    offset: start,
    values: unwrapped(spectrum, first, length),
    logScale: logScale - theta * step * (first - reference),
    error: size,
    logError: logError + 8 * unit * (sums + Math.abs(theta * step * (first - reference)) + theta * step * length),
    outside,
    infinite: -Math.expm1(logInside),
  };
}

/**
 * What the Chernoff sums do not see: a value whose weight is capped at e^600 is below e^(15·8 - 600) of the greatest, as the
 * reference misses the peak by 15 places of e^8 at most; 2^31 uses of 2^21 such values, rounded up.
 */
const unseen = 1e-190;

/** A probability from the logarithm of its Chernoff bound, whose rounding 1e-6 covers. */
function atMost(logBound: number): number {
  return logBound < 0 ? Math.exp(Math.min(0, logBound + 1e-6)) : 1;
}

interface Spectrum {
  readonly re: Float64Array;
  readonly im: Float64Array;
  /** Bounds the absolute error of each value. */
  readonly error: Float64Array;
}

function unitSpectrum(points: number): Spectrum {
  return {
    re: new Float64Array(points).fill(1),
    im: new Float64Array(points),
    error: new Float64Array(points),
  };
}

interface TiltedLaw {
  readonly values: Float64Array;
  readonly sum: number;
  /** values[i] = p[i]·e^(theta·step·(i - reference) - logScale). */
  readonly reference: number;
  readonly logScale: number;
  readonly relativeError: number;
  /** ln Σ values·e^(-lambdaLow·step·i) and with +lambdaHigh. */
  readonly logLow: number;
  readonly logHigh: number;
}

/**
 * Greatest exponent of a weight. Next to the peak it is only reached where p < e^-600, as weighted mass is largest at the
 * peak; what a capped weight loses is below `lostMass` and is counted as an infinite loss.
 */
const exponentMax = 600;
export const lostMass = 1e-250;

function tiltedLaw({ p }: LatticeLaw, step: number, tilt: Tilt): TiltedLaw {
  const count = p.length;
  const slope = tilt.theta * step;
  const reference = peakOf(p, slope);
  const values = weighted(p, -slope * reference, slope, exponentMax);
  let sum = 0;
  // Blocks keep the rounding of the sum below (64 + count/64)u, of which nothing is lost: logScale is what was divided by.
  for (let i = 0; i < count; i++) sum += values[i] as number;
  const inverse = 1 / sum;
  for (let i = 0; i < count; i++) values[i] = (values[i] as number) * inverse;
  return {
    values,
    sum: 1 + count * 2 * unit,
    reference,
    logScale: -Math.log(inverse),
    relativeError: unit * (24 + 6 * slope * count),
    logLow: logMoment(values, -tilt.lambdaLow * step),
    logHigh: logMoment(values, tilt.lambdaHigh * step),
  };
}

/** Below e^(-this) a factor is taken as 0, and its size as its error. */
const negligible = 100;

/** Multiplies the spectrum by that of a law to the power `count`. `transformError` is absolute. */
function multiply(
  spectrum: Spectrum,
  { re, im }: Pick<Spectrum, "re" | "im">,
  count: number,
  transformError: number,
): void {
  const points = spectrum.re.length;
  const cut = Math.exp((-2 * negligible) / count);
  // Binary powering multiplies count - 1 times at most along any path, each within √5·u.
  const powerError = 2.3 * unit * (count + 1);
  const { re: totalRe, im: totalIm, error } = spectrum;
  for (let f = 0; f < points; f++) {
    // No tuples in here: they are not always optimised away.
    const zr = re[f] as number;
    const zi = im[f] as number;
    const square = zr * zr + zi * zi;
    const tr = totalRe[f] as number;
    const ti = totalIm[f] as number;
    const te = error[f] as number;
    const total = Math.sqrt(tr * tr + ti * ti) + te;
    const size = Math.sqrt(square);
    const relative = (count * transformError) / size;
    if (square < cut || !(relative < 0.01)) {
      // |Z + e|^count as a whole is the error.
      const whole = (size + transformError) ** count * 1.0001 + 1e-290;
      totalRe[f] = 0;
      totalIm[f] = 0;
      error[f] = total * whole;
      continue;
    }
    let pr = 1;
    let pi = 0;
    let br = zr;
    let bi = zi;
    let left = count;
    for (;;) {
      if (left % 2 === 1) {
        const real = pr * br - pi * bi;
        pi = pr * bi + pi * br;
        pr = real;
      }
      left = Math.floor(left / 2);
      if (left === 0) break;
      const real = br * br - bi * bi;
      bi = 2 * br * bi;
      br = real;
    }
    totalRe[f] = tr * pr - ti * pi;
    totalIm[f] = tr * pi + ti * pr;
    error[f] = Math.sqrt(pr * pr + pi * pi) * (te * 1.02 + total * (1.02 * relative + powerError)) + 1e-290;
  }
}

/** Folds a vector of any length modulo x^(2·points) + 1. */
function wrap(law: Float64Array, re: Float64Array, im: Float64Array): void {
  const points = re.length;
  for (let i = 0, at = 0, quarter = 0; i < law.length; i++) {
    const value = law[i] as number;
    if (quarter === 0) re[at] = (re[at] as number) + value;
    else if (quarter === 1) im[at] = (im[at] as number) + value;
    else if (quarter === 2) re[at] = (re[at] as number) - value;
    else im[at] = (im[at] as number) - value;
    if (++at === points) {
      at = 0;
      quarter = (quarter + 1) % 4;
    }
  }
}

/** Absolute error of each value after the inverse: the mean of the spectrum's errors, and the transform's own. */
function negacyclicInverseError({ re, im, error }: Spectrum, relativeError: number): number {
  let [errors, sizes] = [0, 0];
  for (let f = 0; f < re.length; f++) {
    errors += error[f] as number;
    sizes += Math.abs(re[f] as number) + Math.abs(im[f] as number);
  }
  return ((errors + relativeError * sizes) / re.length) * (1 + 1e-6);
}

/** values[j] is the coefficient of x^(first + j), for all j of one turn of the ring. */
function unwrapped({ re, im }: Spectrum, first: number, length: number): Float64Array {
  const points = length / 2;
  const values = new Float64Array(length);
  let at = ((first % (2 * length)) + 2 * length) % (2 * length);
  for (let j = 0; j < length; j++) {
    const place = at % length;
    const value = (place < points ? re[place] : im[place - points]) as number;
    values[j] = at < length ? value : -value;
    if (++at === 2 * length) at = 0;
  }
  return values;
}
