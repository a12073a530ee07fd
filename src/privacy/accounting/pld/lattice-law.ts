// A law of the loss on a lattice, to be composed: one that dominates the true one (connect the dots), or one that the true
// one dominates (pooling). Both keep the likelihood ratio's mean, so that their error is of second order in the step.
import type { LossPair } from "./loss-pair.ts";
import { logMoment, powers } from "./powers.ts";

export interface LatticeLaw {
  /** Loss of index 0; index i has offset + i·step. */
  readonly offset: number;
  /** P-mass. */
  readonly p: Float64Array;
  /** P-mass of an infinite loss. */
  readonly infinite: number;
  /** p bounds the true masses up to this relative error. */
  readonly relativeError: number;
}

export interface Grid {
  readonly step: number;
  /** Losses between which cells are wanted. */
  readonly from: number;
  readonly to: number;
}

const unit = 2 ** -53;

/** Below it a mass has lost digits or is no double at all: such a cell goes up as a whole, or is given up. */
const leastMass = 1e-290;

/** anchor + (k + shift)·step for all k that cover from … to, one more at either end where the law goes on. */
function edgesOf(pair: LossPair, { step, from, to }: Grid, shift: number): Float64Array {
  const first = Math.floor((Math.max(from, pair.lossMin) - pair.anchor) / step - shift - 1e-9);
  const last = Math.ceil((Math.min(to, pair.lossMax) - pair.anchor) / step - shift + 1e-9) + 1;
  const edges = new Float64Array(last - first + 1);
  for (let i = 0; i < edges.length; i++) edges[i] = pair.anchor + (first + i + shift) * step;
  return edges;
}

/**
 * The law with mass at the edges alone whose profile connects the true one's values at the edges by straight lines in
 * e^ε (Doroshenko et al. 2022, arXiv 2207.04380): every cell's mass is parted between its edges so that both P and Q
 * keep their mass. It dominates the pair. All rounding moves mass to the right (PROOF.md, "Connect the dots").
 */
export function dominatingLaw(pair: LossPair, grid: Grid): LatticeLaw {
  const edges = edgesOf(pair, grid, 0);
  const cells = pair.masses(edges);
  const count = edges.length;
  const offset = edges[0] as number;
  const ratios = powers(offset, grid.step, count);
  const p = new Float64Array(count);
  const size = Math.max(Math.abs(offset), Math.abs(edges[count - 1] as number));
  const slack = 2 * cells.ratioError + 2 * cells.edgeError + unit * (16 + 4 * size);
  const share = (1 + 8 * unit) / -Math.expm1(-grid.step);
  p[0] = cells.p[0] as number;
  for (let i = 1; i < count; i++) {
    const mass = cells.p[i] as number;
    if ((cells.q[i] as number) < leastMass) {
      p[i] = (p[i] as number) + mass;
      continue;
    }
    const excess = mass - (ratios[i - 1] as number) * (cells.q[i] as number) + slack * mass;
    const right = excess <= 0 ? 0 : Math.min(mass, excess * share);
    p[i - 1] = (p[i - 1] as number) + (mass - right);
    p[i] = (p[i] as number) + right;
  }
  const above = cells.p[count] as number;
  const aboveQ = cells.q[count] as number;
  const escaped =
    aboveQ < leastMass
      ? above
      : Math.min(above, Math.max(0, above * (1 + slack) - (ratios[count - 1] as number) * aboveQ));
  p[count - 1] = (p[count - 1] as number) + (above - escaped);
  return {
    offset: offset + cells.edgeError + 4 * unit * (1 + size),
    p,
    infinite: Math.min(1, (pair.infinite + escaped) * (1 + cells.coverError + 4 * unit)),
    relativeError: cells.coverError + cells.ratioError + 64 * unit,
  };
}

/**
 * A law on a lattice through the cells' middles that the pair dominates: cells are merged and, where the merged
 * likelihood ratio misses the lattice point, mixed with a little of a neighbour so that it does not. Both are
 * post-processing. What cannot be lifted is rounded down (PROOF.md, "Pooling").
 * @param theta the order at which the law is to be large: decides between ways that are all valid
 */
export function dominatedLaw(pair: LossPair, grid: Grid, theta: number): LatticeLaw {
  const atoms = pair.spacing > 0;
  const edges = edgesOf(pair, grid, atoms ? -0.5 : 0);
  const { p, q, ratioError, coverError, edgeError } = pair.masses(edges);
  for (let i = 0; i < p.length; i++) if ((q[i] as number) < leastMass) p[i] = 0;
  const centred = (edges[0] as number) + grid.step / 2;
  // What lies below the first edge is given up; what lies above the last is rounded down to the last middle.
  const cells = { p: p.subarray(1), q: q.subarray(1), step: grid.step, theta };
  const preference = (law: LatticeLaw) => logMoment(law.p, theta * grid.step) + theta * law.offset;
  const size = Math.max(Math.abs(edges[0] as number), Math.abs(edges[edges.length - 1] as number));
  const law = (offset: number): LatticeLaw => ({
    offset: offset - edgeError - 4 * ratioError - unit * (64 + 8 * size) - poolingTolerance,
    p: pooled(cells, offset),
    infinite: pair.infinite * (1 - coverError - 4 * unit),
    relativeError: coverError + ratioError + 64 * unit,
  });
  // The even alignment, and those that hit the merged cells with the most mass, and the last one, which none can lift.
  const misses = [heaviest(cells.p), ...(atoms ? [lastFilled(cells.p)] : [])].map(
    (i) => Math.log((cells.p[i] as number) / (cells.q[i] as number)) - (centred + i * grid.step),
  );
  const shifts = [...misses, Math.min(...misses)].filter(
    (miss, i, all) => Math.abs(miss) < grid.step / 2 && Math.abs(miss) > 1e-14 * grid.step && all.indexOf(miss) === i,
  );
  let [best, bestRank] = [law(centred), Number.NEGATIVE_INFINITY];
  if (shifts.length > 0) bestRank = preference(best);
  for (const shift of shifts) {
    const candidate = law(centred + shift);
    const rank = preference(candidate);
    if (rank > bestRank) [best, bestRank] = [candidate, rank];
  }
  return best;
}

/** Ratios that miss a lattice point by less count as on it; the law's offset pays for it. */
const poolingTolerance = 4e-15;

function heaviest(p: Float64Array): number {
  let best = 0;
  for (let i = 1; i < p.length; i++) if ((p[i] as number) > (p[best] as number)) best = i;
  return best;
}

function lastFilled(p: Float64Array): number {
  let last = p.length - 1;
  while (last > 0 && p[last] === 0) last--;
  return last;
}

interface Cells {
  readonly p: Float64Array;
  readonly q: Float64Array;
  readonly step: number;
  readonly theta: number;
}

/** P-mass of the pools at offset + i·step, every pool's ratio at least e^(that), from cells whose losses are near. */
function pooled(cells: Cells, offset: number): Float64Array {
  const { p, q } = cells;
  const count = p.length;
  const state: Pooling = {
    ...cells,
    ratios: powers(offset, cells.step, count),
    left: new Float64Array(count).fill(1),
    next: nextFilled(p),
    poolP: new Float64Array(count),
    poolQ: new Float64Array(count),
    looks: 64 * count,
  };
  for (let i = 0; i < count; i++) {
    const mass = p[i] as number;
    if (mass === 0) continue;
    const excess = mass - (state.ratios[i] as number) * (q[i] as number);
    if (excess < -poolingTolerance * mass) lift(state, i, i);
    else if ((i === 0 || p[i - 1] === 0) && i + 1 < count && riseBeatsFall(cells, excess / mass)) lift(state, i, i + 1);
  }
  for (let i = 0; i < count; i++) pour(state, i, i, state.left[i] as number);
  sink(state);
  return state.poolP;
}

/**
 * A cell with nothing below it, by `above` over its point, has nothing to mix with: rounded down it loses that; mixed up
 * to the next point it costs variance instead.
 */
function riseBeatsFall({ step, theta }: Cells, above: number): boolean {
  return above > poolingTolerance && above > ((theta + 1) / 2) * (step - above) * (2 * step - above);
}

interface Pooling extends Cells {
  /** e^(loss) at the lattice points. */
  readonly ratios: Float64Array;
  /** Which part of each cell is not pooled yet. */
  readonly left: Float64Array;
  /** The next cell to the right with any mass. */
  readonly next: Int32Array;
  readonly poolP: Float64Array;
  readonly poolQ: Float64Array;
  /** How many more cells may be looked at: a bound on the work. */
  looks: number;
}

function nextFilled(p: Float64Array): Int32Array {
  const next = new Int32Array(p.length);
  for (let i = p.length - 1, found = p.length; i >= 0; i--) {
    next[i] = found;
    if ((p[i] as number) > 0) found = i;
  }
  return next;
}

/** Puts a part of a cell into a pool. */
function pour({ p, q, poolP, poolQ }: Pooling, cell: number, pool: number, part: number): void {
  poolP[pool] = (poolP[pool] as number) + part * (p[cell] as number);
  poolQ[pool] = (poolQ[pool] as number) + part * (q[cell] as number);
}

/**
 * Mixes what is left of cell i with cells further right until the mixture's ratio is the target's. When they do not
 * suffice it falls to the point below, alone.
 */
function lift(state: Pooling, i: number, target: number): void {
  const { p, q, ratios, left, next } = state;
  const kept = left[i] as number;
  const goal = ratios[target] as number;
  const missing = kept * (goal * (q[i] as number) - (p[i] as number)) * (1 + 16 * unit);
  let end = next[i] as number;
  for (let short = missing; end < p.length && state.looks-- > 0; end = next[end] as number) {
    short -= Math.max(0, (p[end] as number) - goal * (q[end] as number)) * (left[end] as number);
    if (short <= 0) break;
  }
  left[i] = 0;
  if (end >= p.length || state.looks <= 0) {
    if (target > 0) pour(state, i, target - 1, kept);
    return;
  }
  pour(state, i, target, kept);
  let short = missing;
  for (let j = next[i] as number; j <= end && short > 0; j = next[j] as number) {
    const gain = (p[j] as number) - goal * (q[j] as number);
    if (gain <= 0) continue;
    const part = j === end ? Math.min(left[j] as number, short / gain) : (left[j] as number);
    left[j] = rest(left[j] as number, part);
    pour(state, j, target, part);
    short -= part * gain;
  }
}

/** Pools above their point take in some of the pools below, which gain by it. */
function sink({ ratios, poolP, poolQ }: Pooling): void {
  for (let i = poolP.length - 1; i > 0; i--) {
    const goal = ratios[i] as number;
    let excess = ((poolP[i] as number) - goal * (poolQ[i] as number)) * (1 - 16 * unit);
    for (let below = i - 1; below >= i - sinkDepth && below >= 0 && excess > 0; below--) {
      const need = goal * (poolQ[below] as number) - (poolP[below] as number);
      if (need <= 0) continue;
      const part = Math.min(1, excess / need);
      poolP[i] = (poolP[i] as number) + part * (poolP[below] as number);
      poolQ[i] = (poolQ[i] as number) + part * (poolQ[below] as number);
      const keep = rest(1, part);
      poolP[below] = (poolP[below] as number) * keep;
      poolQ[below] = (poolQ[below] as number) * keep;
      excess -= part * need;
    }
  }
}

/** How far down a pool looks. */
const sinkDepth = 4;

/** whole - part, rounded so that all parts of a cell never sum to more than the cell. */
function rest(whole: number, part: number): number {
  return (whole - part) * (1 - 4 * unit);
}
