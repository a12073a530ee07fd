// Normal noise, and mixtures of normal laws of one width whose ratio grows along the line. All positions are in units of
// the standard deviation.
import { fail } from "../../../../base/errors.ts";
import { gaussianDelta } from "../../../distributions/gaussian-profile.ts";
import { normalDensity } from "../../../numeric/mills.ts";
import { erfc } from "../../../numeric/normal.ts";
import { type CellMasses, edgeSize, type LossPair, profileFromCells, type Sketch } from "../loss-pair.ts";

/** One normal law of width 1. */
export interface Component {
  readonly weight: number;
  readonly mean: number;
}

/** Proven in PROOF.md, "Normal cells". */
const normalRatioError = 1e-11;
const unit = 2 ** -53;

/** What pairs of normal laws have in common: every loss is possible, none infinite, and no lattice holds them. */
const wholeLine = {
  symmetric: true,
  lossMin: Number.NEGATIVE_INFINITY,
  lossMax: Number.POSITIVE_INFINITY,
  infinite: 0,
  anchor: 0,
  spacing: 0,
  lattice: false,
};

/** N(mu, 1) against N(0, 1): µ-GDP (Dong, Roth, Su 2022). */
export function gaussianPair(mu: number): LossPair {
  const components = [{ weight: 1, mean: mu }];
  return {
    ...wholeLine,
    sketch: () => mixtureSketch(components, [{ weight: 1, mean: 0 }]),
    masses(edges) {
      const x = new Float64Array(edges.length);
      for (let i = 0; i < x.length; i++) x[i] = (edges[i] as number) / mu + mu / 2;
      return mixtureMasses(x, components, [{ weight: 1, mean: 0 }], 4 * unit * (edgeSize(edges) + mu * mu));
    },
    delta: (epsilon) => gaussianDelta(mu, epsilon),
  };
}

/**
 * (1 - q)·N(0, 1) + q·N(mu, 1) against (1 - q)·N(0, 1) + q·N(-mu, 1): a record that is Poisson-sampled with probability
 * q is replaced by its opposite. With v = (x·mu - loss/2), sinh v = (1 - q)/(q·e^(-mu²/2))·sinh(loss/2).
 */
export function replacedGaussianPair(mu: number, q: number): LossPair {
  const upper = [
    { weight: 1 - q, mean: 0 },
    { weight: q, mean: mu },
  ];
  const lower = [
    { weight: 1 - q, mean: 0 },
    { weight: q, mean: -mu },
  ];
  const logFactor = Math.log((1 - q) / q) + (mu * mu) / 2;
  // asinh(factor·sinh(half)): e^logFactor, and sinh beyond 709, may be no doubles.
  const bend = (half: number) => {
    const log = logFactor + Math.abs(half) + Math.log(-Math.expm1(-2 * Math.abs(half)) / 2);
    return Math.sign(half) * (log > 20 ? log + Math.LN2 : Math.asinh(Math.exp(log)));
  };
  const pair: LossPair = {
    ...wholeLine,
    sketch: () => mixtureSketch(upper, lower),
    masses(edges) {
      const x = edges.map((loss) => (loss / 2 + bend(loss / 2)) / mu);
      return mixtureMasses(x, upper, lower, 64 * unit * (1 + 2 * edgeSize(edges) + Math.abs(logFactor) + mu * mu));
    },
    delta: (epsilon) => profileFromCells(pair, epsilon),
  };
  return pair;
}

/** Σ weight·N(mean, 1) with means of at least 0 against N(0, 1) (Choquette-Choo et al. 2024, arXiv 2310.15526). */
export function gaussianMixturePair(components: readonly Component[]): LossPair {
  const base = [{ weight: 1, mean: 0 }];
  const atZero = components.reduce((sum, one) => sum + (one.mean === 0 ? one.weight : 0), 0);
  const lossMin = Math.log(atZero);
  const pair: LossPair = {
    ...wholeLine,
    symmetric: false,
    lossMin,
    anchor: Math.max(lossMin, -1),
    sketch: () => mixtureSketch(components, base),
    masses(edges) {
      const { x, residual } = positionsOf(edges, components, lossMin);
      return mixtureMasses(x, components, base, residual + 64 * unit * (1 + edgeSize(edges)));
    },
    delta: (epsilon) => profileFromCells(pair, epsilon),
  };
  return pair;
}

/** The loss at x of a mixture against N(0, 1), and its slope. */
function mixtureLoss(x: number, components: readonly Component[]): { value: number; slope: number } {
  let peak = Number.NEGATIVE_INFINITY;
  for (const { mean } of components) peak = Math.max(peak, mean * (x - mean / 2));
  let [sum, weighted] = [0, 0];
  for (const { weight, mean } of components) {
    const term = weight * Math.exp(mean * (x - mean / 2) - peak);
    sum += term;
    weighted += term * mean;
  }
  return { value: Math.log(sum) + peak, slope: weighted / sum };
}

/** Where the loss passes each edge: it is convex and grows, so Newton steps come down from the right of the root. */
function positionsOf(
  edges: Float64Array,
  components: readonly Component[],
  lossMin: number,
): { x: Float64Array; residual: number } {
  const x = new Float64Array(edges.length);
  const shifted = components.filter(({ mean }) => mean > 0);
  let [guess, residual] = [Number.POSITIVE_INFINITY, 0];
  for (let i = 0; i < edges.length; i++) {
    const edge = edges[i] as number;
    if (edge <= lossMin) {
      x[i] = Number.NEGATIVE_INFINITY;
      continue;
    }
    // One component alone has this loss further right.
    let right = Number.POSITIVE_INFINITY;
    for (const { weight, mean } of shifted) right = Math.min(right, mean / 2 + (edge - Math.log(weight)) / mean);
    guess = Math.min(guess, right);
    let miss = 0;
    for (let step = 0; step < 200; step++) {
      const { value, slope } = mixtureLoss(guess, components);
      miss = value - edge;
      if (Math.abs(miss) <= 1e-14 * (1 + Math.abs(edge))) break;
      guess = Math.max(-1e6, Math.min(right, guess - miss / slope));
    }
    // Below every double the law has no mass: the end of the line will do.
    if (guess < -60) x[i] = Number.NEGATIVE_INFINITY;
    else {
      x[i] = guess;
      residual = Math.max(residual, Math.abs(miss));
    }
    guess = Math.max(guess, -50);
  }
  if (!(residual < 1e-6)) fail("internal", "the loss of a Gaussian mixture could not be inverted");
  return { x, residual };
}

/** @param x ascending positions that cut the line into cells */
function mixtureMasses(
  x: Float64Array,
  upper: readonly Component[],
  lower: readonly Component[],
  edgeError: number,
): CellMasses {
  const sums = [upper, lower].map((components) => {
    const total = new Float64Array(x.length + 1);
    for (const { weight, mean } of components) if (weight > 0) addNormalCells(x, mean, weight, total);
    return total;
  });
  return {
    p: sums[0] as Float64Array,
    q: sums[1] as Float64Array,
    ratioError: normalRatioError,
    coverError: normalRatioError + coverErrorOf(x),
    edgeError,
  };
}

/** Middle and half width of a cell are rounded: neighbours may overlap or part by 2u·|x|, relative to the narrowest. */
function coverErrorOf(x: Float64Array): number {
  let worst = 0;
  for (let i = 1; i < x.length; i++) {
    const a = x[i - 1] as number;
    const b = x[i] as number;
    const size = Math.abs(a) + Math.abs(b);
    if (size < 80 && b > a) worst = Math.max(worst, size / (b - a));
  }
  return 4 * unit * worst;
}

/** Adds weight·N(mean, 1) of every cell to `total`. */
function addNormalCells(x: Float64Array, mean: number, weight: number, total: Float64Array): void {
  const cells = x.length;
  total[0] = (total[0] as number) + weight * wideCell(Number.NEGATIVE_INFINITY, (x[0] as number) - mean);
  total[cells] =
    (total[cells] as number) + weight * wideCell((x[cells - 1] as number) - mean, Number.POSITIVE_INFINITY);
  const scale = weight * 0.3989422804014327;
  for (let i = 1; i < cells; i++) {
    const a = x[i - 1] as number;
    const b = x[i] as number;
    const middle = (a + b) / 2 - mean;
    const half = (b - a) / 2;
    if (!(half * (1 + Math.abs(middle)) <= 0.0625)) {
      total[i] = (total[i] as number) + weight * wideCell(a - mean, b - mean);
      continue;
    }
    // ∫ φ over the cell = φ(middle)·2·half·Σ He_2k(middle)·half^2k/(2k+1)!; what is left out is below 4e-16 of it.
    const m = middle * middle;
    const w = half * half;
    const fourth = ((m - 28) * m + 210) * m * m - 420 * m + 105;
    const third = ((m - 15) * m + 45) * m - 15;
    const series = 1 + w * ((m - 1) / 6 + w * (((m - 6) * m + 3) / 120 + w * (third / 5040 + w * (fourth / 362880))));
    total[i] = (total[i] as number) + scale * Math.exp(-m / 2) * 2 * half * series;
  }
}

/** Φ(b) - Φ(a) as a difference of tails on the side where they are small. */
function wideCell(a: number, b: number): number {
  if (!(b > a)) return 0;
  if (a >= 0) return tail(a) - tail(b);
  if (b <= 0) return tail(-b) - tail(-a);
  return 1 - tail(-a) - tail(b);
}

/** 1 - Φ(x) for x ≥ 0. */
function tail(x: number): number {
  return x === Number.POSITIVE_INFINITY ? 0 : erfc(x * Math.SQRT1_2) / 2;
}

/** The middle rule on a line of step 1/8: smooth enough for a sketch, and as far as doubles reach. */
function mixtureSketch(upper: readonly Component[], lower: readonly Component[]): Sketch {
  const means = [...upper, ...lower].map((one) => one.mean);
  const widest = Math.max(...means) - Math.min(...means);
  const [from, to] = [Math.min(...means) - 14, Math.max(...means) + 34];
  const step = Math.max(Math.min(0.25, Math.max(0.125, widest / 400)), (to - from) / 4000);
  const count = Math.ceil((to - from) / step);
  const [loss, p, q] = [new Float64Array(count), new Float64Array(count), new Float64Array(count)];
  for (let i = 0; i < count; i++) {
    const x = from + (i + 0.5) * step;
    const above = logDensity(upper, x);
    const below = logDensity(lower, x);
    loss[i] = above - below;
    p[i] = normalDensity(0) * step * Math.exp(above);
    q[i] = normalDensity(0) * step * Math.exp(below);
  }
  return { loss, p, q };
}

/** ln of the mixture's density over that of N(0, 1) at 0. */
function logDensity(components: readonly Component[], x: number): number {
  let [peak, sum] = [Number.NEGATIVE_INFINITY, 0];
  for (let k = 0; k < components.length; k++) {
    const { weight, mean } = components[k] as Component;
    if (weight > 0) peak = Math.max(peak, -((x - mean) ** 2) / 2);
  }
  for (let k = 0; k < components.length; k++) {
    const { weight, mean } = components[k] as Component;
    if (weight > 0) sum += weight * Math.exp(-((x - mean) ** 2) / 2 - peak);
  }
  return Math.log(sum) + peak;
}
