// Products of long real polynomials modulo x^(2n) + 1 in double precision. The real ring is the complex one modulo
// x^n - i, which splits down to points by square roots alone: no bit reversal, no separation of real spectra. A real
// vector a of length 2n travels as re = a[0 … n), im = a[n … 2n).

const unit = 2 ** -53;

interface Pass {
  /** Blocks that this pass splits; each has one twiddle w. */
  readonly blocks: number;
  /** Real and imaginary parts of w, w², w³ per block for a four-way split; of w alone for a two-way split. */
  readonly twiddles: Float64Array;
}

export interface NegacyclicPlan {
  /** Complex points: half the length of the real vectors. */
  readonly points: number;
  readonly passes: readonly Pass[];
  /**
   * Bounds the rounding of one transform: |computed - exact| at any output is at most this times the sum of absolute
   * values of the inputs (inverse: divided by `points`, like the result). Every output is a sum of inputs times unit
   * factors; a level multiplies each path by (1 + 5u) at most: √5·u for the complex product, 4u for the twiddle, 2u for
   * two additions in a pass, and a pass is two levels; 10u covers the scaling and the last odd level.
   */
  readonly relativeError: number;
}

const plans = new Map<number, NegacyclicPlan>();

/** @param points a power of two, at least 4; plans are made once and kept. */
export function negacyclicPlan(points: number): NegacyclicPlan {
  const known = plans.get(points);
  if (known !== undefined) return known;
  const levels = Math.round(Math.log2(points));
  const passes: Pass[] = [];
  let level = 0;
  if (levels % 2 === 1) {
    passes.push({ blocks: 1, twiddles: twiddlesOf(0, 1, 2) });
    level = 1;
  }
  for (; level < levels; level += 2) passes.push({ blocks: 2 ** level, twiddles: twiddlesOf(level, 3, 4) });
  const plan = { points, passes, relativeError: unit * (5 * levels + 10) };
  plans.set(points, plan);
  return plan;
}

/**
 * Block k of `level` is the ring modulo x^m - e^(2πif), f = 2^(-level-2) + the radical inverse of k; its twiddle is the
 * `split`-th root e^(2πif/split), stored with its powers.
 */
function twiddlesOf(level: number, powers: number, split: number): Float64Array {
  const blocks = 2 ** level;
  const table = new Float64Array(blocks * powers * 2);
  for (let k = 0, at = 0; k < blocks; k++) {
    let inverse = 0;
    for (let bits = k, weight = 0.5; bits > 0; bits >>= 1, weight /= 2) if (bits & 1) inverse += weight;
    const turn = (2 ** (-level - 2) + inverse) / split;
    for (let power = 1; power <= powers; power++) {
      const part = power * turn;
      table[at++] = cosineOfTurn(part);
      table[at++] = cosineOfTurn(part + 0.75);
    }
  }
  return table;
}

/** cos(2πt) for a dyadic t, reduced exactly to an eighth of a turn, so that it is within 2u. */
function cosineOfTurn(turn: number): number {
  let t = turn - Math.floor(turn);
  if (t > 0.5) t = 1 - t;
  const sign = t > 0.25 ? -1 : 1;
  if (t > 0.25) t = 0.5 - t;
  return sign * (t > 0.125 ? Math.sin(2 * Math.PI * (0.25 - t)) : Math.cos(2 * Math.PI * t));
}

/** Replaces the vector by its values at the n roots, in an order that only the inverse needs to know. */
export function negacyclicForward(plan: NegacyclicPlan, re: Float64Array, im: Float64Array): void {
  for (const { blocks, twiddles } of plan.passes) {
    const size = plan.points / blocks;
    if (blocks === 1 && twiddles.length === 2) splitInTwo(re, im, size, twiddles);
    else for (let b = 0; b < blocks; b++) splitInFour(re, im, b * size, size >> 2, twiddles, b * 6);
  }
}

/** Undoes negacyclicForward. */
export function negacyclicInverse(plan: NegacyclicPlan, re: Float64Array, im: Float64Array): void {
  for (let p = plan.passes.length - 1; p >= 0; p--) {
    const { blocks, twiddles } = plan.passes[p] as Pass;
    const size = plan.points / blocks;
    if (blocks === 1 && twiddles.length === 2) joinTwo(re, im, size, twiddles);
    else for (let b = 0; b < blocks; b++) joinFour(re, im, b * size, size >> 2, twiddles, b * 6);
  }
  const scale = 1 / plan.points;
  for (let i = 0; i < plan.points; i++) {
    re[i] = (re[i] as number) * scale;
    im[i] = (im[i] as number) * scale;
  }
}

function splitInTwo(re: Float64Array, im: Float64Array, size: number, twiddles: Float64Array): void {
  const [wr, wi] = [twiddles[0] as number, twiddles[1] as number];
  const half = size >> 1;
  for (let i = 0, j = half; i < half; i++, j++) {
    const ar = re[i] as number;
    const ai = im[i] as number;
    const br = re[j] as number;
    const bi = im[j] as number;
    const tr = br * wr - bi * wi;
    const ti = br * wi + bi * wr;
    re[i] = ar + tr;
    im[i] = ai + ti;
    re[j] = ar - tr;
    im[j] = ai - ti;
  }
}

function joinTwo(re: Float64Array, im: Float64Array, size: number, twiddles: Float64Array): void {
  const [wr, wi] = [twiddles[0] as number, twiddles[1] as number];
  const half = size >> 1;
  for (let i = 0, j = half; i < half; i++, j++) {
    const ar = re[i] as number;
    const ai = im[i] as number;
    const br = re[j] as number;
    const bi = im[j] as number;
    const tr = ar - br;
    const ti = ai - bi;
    re[i] = ar + br;
    im[i] = ai + bi;
    re[j] = tr * wr + ti * wi;
    im[j] = ti * wr - tr * wi;
  }
}

/** The block at `start` of four quarters a0 … a3 becomes its remainders modulo x^quarter - w, + w, - iw, + iw. */
function splitInFour(
  re: Float64Array,
  im: Float64Array,
  start: number,
  quarter: number,
  twiddles: Float64Array,
  at: number,
): void {
  const w1r = twiddles[at] as number;
  const w1i = twiddles[at + 1] as number;
  const w2r = twiddles[at + 2] as number;
  const w2i = twiddles[at + 3] as number;
  const w3r = twiddles[at + 4] as number;
  const w3i = twiddles[at + 5] as number;
  const end = start + quarter;
  for (let i = start; i < end; i++) {
    const i1 = i + quarter;
    const i2 = i1 + quarter;
    const i3 = i2 + quarter;
    const a0r = re[i] as number;
    const a0i = im[i] as number;
    const a1r = re[i1] as number;
    const a1i = im[i1] as number;
    const a2r = re[i2] as number;
    const a2i = im[i2] as number;
    const a3r = re[i3] as number;
    const a3i = im[i3] as number;
    const b1r = a1r * w1r - a1i * w1i;
    const b1i = a1r * w1i + a1i * w1r;
    const b2r = a2r * w2r - a2i * w2i;
    const b2i = a2r * w2i + a2i * w2r;
    const b3r = a3r * w3r - a3i * w3i;
    const b3i = a3r * w3i + a3i * w3r;
    const t0r = a0r + b2r;
    const t0i = a0i + b2i;
    const t1r = a0r - b2r;
    const t1i = a0i - b2i;
    const t2r = b1r + b3r;
    const t2i = b1i + b3i;
    const t3r = b1r - b3r;
    const t3i = b1i - b3i;
    re[i] = t0r + t2r;
    im[i] = t0i + t2i;
    re[i1] = t0r - t2r;
    im[i1] = t0i - t2i;
    re[i2] = t1r - t3i;
    im[i2] = t1i + t3r;
    re[i3] = t1r + t3i;
    im[i3] = t1i - t3r;
  }
}

/** Undoes splitInFour, times four. */
function joinFour(
  re: Float64Array,
  im: Float64Array,
  start: number,
  quarter: number,
  twiddles: Float64Array,
  at: number,
): void {
  const w1r = twiddles[at] as number;
  const w1i = twiddles[at + 1] as number;
  const w2r = twiddles[at + 2] as number;
  const w2i = twiddles[at + 3] as number;
  const w3r = twiddles[at + 4] as number;
  const w3i = twiddles[at + 5] as number;
  const end = start + quarter;
  for (let i = start; i < end; i++) {
    const i1 = i + quarter;
    const i2 = i1 + quarter;
    const i3 = i2 + quarter;
    const o0r = re[i] as number;
    const o0i = im[i] as number;
    const o1r = re[i1] as number;
    const o1i = im[i1] as number;
    const o2r = re[i2] as number;
    const o2i = im[i2] as number;
    const o3r = re[i3] as number;
    const o3i = im[i3] as number;
    const t0r = o0r + o1r;
    const t0i = o0i + o1i;
    const t2r = o0r - o1r;
    const t2i = o0i - o1i;
    const t1r = o2r + o3r;
    const t1i = o2i + o3i;
    const t3r = o2i - o3i;
    const t3i = o3r - o2r;
    re[i] = t0r + t1r;
    im[i] = t0i + t1i;
    const b1r = t2r + t3r;
    const b1i = t2i + t3i;
    re[i1] = b1r * w1r + b1i * w1i;
    im[i1] = b1i * w1r - b1r * w1i;
    const b2r = t0r - t1r;
    const b2i = t0i - t1i;
    re[i2] = b2r * w2r + b2i * w2i;
    im[i2] = b2i * w2r - b2r * w2i;
    const b3r = t2r - t3r;
    const b3i = t2i - t3i;
    re[i3] = b3r * w3r + b3i * w3i;
    im[i3] = b3i * w3r - b3r * w3i;
  }
}
