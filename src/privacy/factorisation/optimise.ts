// The banded factor with the least mean error of prefix sums for a participation. Nothing of privacy depends on how good it is: what is
// accounted is computed from the rounded coefficients.
import { type Participation, timesOf } from "./participation.ts";
import { dividedBy, squareRootSeries } from "./series.ts";

interface Point {
  readonly value: number;
  readonly gradient: Float64Array;
}

const STEPS = 400;
const MEMORY = 8;
const FLAT = 1e-9;

/**
 * Minimises log ‖Σ_j C·e_(jb)‖² + log Σ_t (T − t)·d_t², d the decoder's series, over coefficients 1 ≥ c_1 ≥ c_2 … > 0, by limited-memory
 * BFGS (Nocedal 1980) on the logits of c_k/c_(k−1), from the square root's. Equal demands give equal bits on one machine.
 * @returns `bands` coefficients, the first 1
 */
export function bandedSeries(bands: number, participation: Participation): Float64Array {
  const logit = (ratio: number) => Math.log(ratio / (1 - ratio));
  const start = squareRootSeries(bands);
  let at = Float64Array.from({ length: bands - 1 }, (_, k) => logit((start[k + 1] as number) / (start[k] as number)));
  let here = objective(at, participation);
  const history: { readonly moved: Float64Array; readonly turned: Float64Array }[] = [];
  for (let step = 0; step < STEPS; step++) {
    const direction = newtonDirection(here.gradient, history);
    const slope = dot(direction, here.gradient);
    let size = history.length === 0 ? Math.min(1, 1 / Math.sqrt(dot(here.gradient, here.gradient))) : 1;
    let next = at;
    let there = here;
    for (let halved = 0; halved < 30; halved++, size /= 2) {
      next = at.map((x, i) => x + size * (direction[i] as number));
      there = objective(next, participation);
      if (there.value <= here.value + 1e-4 * size * slope) break;
    }
    if (!(there.value < here.value - FLAT * Math.abs(here.value) * 1e-3)) break;
    const moved = next.map((x, i) => x - (at[i] as number));
    const turned = there.gradient.map((x, i) => x - (here.gradient[i] as number));
    if (dot(moved, turned) > 0) history.push({ moved, turned });
    if (history.length > MEMORY) history.shift();
    [at, here] = [next, there];
  }
  return seriesOf(at);
}

function seriesOf(logits: Float64Array): Float64Array {
  const out = new Float64Array(logits.length + 1);
  out[0] = 1;
  for (const [k, logit] of logits.entries()) out[k + 1] = (out[k] as number) / (1 + Math.exp(-logit));
  return out;
}

function objective(logits: Float64Array, participation: Participation): Point {
  const c = seriesOf(logits);
  const sensitivity = sensitivityPoint(c, participation);
  const error = errorPoint(c, participation.rounds);
  // c_j is the product of the ratios up to j, and a ratio's logarithm moves by (1 − ratio) a logit.
  const gradient = new Float64Array(logits.length);
  let above = 0;
  for (let k = logits.length - 1; k >= 0; k--) {
    const [own, before] = [c[k + 1] as number, c[k] as number];
    const change = (sensitivity.gradient[k + 1] as number) / sensitivity.value;
    above += own * (change + (error.gradient[k + 1] as number) / error.value);
    gradient[k] = above * (1 - own / before);
  }
  return { value: Math.log(sensitivity.value) + Math.log(error.value), gradient };
}

/** Σ_t (Σ_j c_(t−jb))² and its gradient. */
function sensitivityPoint(c: Float64Array, participation: Participation): Point {
  const { rounds, separation } = participation;
  const times = timesOf(participation);
  const cells = new Float64Array(rounds);
  const each = (visit: (t: number, k: number) => void) => {
    for (let j = 0; j < times; j++)
      for (let k = 0; k < c.length && j * separation + k < rounds; k++) visit(j * separation + k, k);
  };
  each((t, k) => {
    cells[t] = (cells[t] as number) + (c[k] as number);
  });
  const gradient = new Float64Array(c.length);
  each((t, k) => {
    gradient[k] = (gradient[k] as number) + 2 * (cells[t] as number);
  });
  return { value: dot(cells, cells), gradient };
}

/** Σ_t (T − t)·d_t² with d = 1/((1 − z)c), whose derivative by c_k is −d/c, k later. */
function errorPoint(c: Float64Array, rounds: number): Point {
  const decoder = dividedBy(new Float64Array(rounds).fill(1), c, rounds);
  const turned = dividedBy(decoder, c, rounds);
  const gradient = new Float64Array(c.length);
  let value = 0;
  for (let t = 0; t < rounds; t++) {
    const weight = (rounds - t) * (decoder[t] as number);
    value += weight * (decoder[t] as number);
    for (let k = 0; k < c.length && k <= t; k++)
      gradient[k] = (gradient[k] as number) - 2 * weight * (turned[t - k] as number);
  }
  return { value, gradient };
}

function newtonDirection(
  gradient: Float64Array,
  history: readonly { readonly moved: Float64Array; readonly turned: Float64Array }[],
): Float64Array {
  const out = gradient.map((x) => -x);
  const weights = history.map(() => 0);
  for (let i = history.length - 1; i >= 0; i--) {
    const { moved, turned } = history[i] as (typeof history)[number];
    const weight = dot(moved, out) / dot(moved, turned);
    weights[i] = weight;
    add(out, turned, -weight);
  }
  const last = history.at(-1);
  if (last !== undefined) scale(out, dot(last.moved, last.turned) / dot(last.turned, last.turned));
  for (const [i, { moved, turned }] of history.entries())
    add(out, moved, (weights[i] as number) - dot(turned, out) / dot(moved, turned));
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += (a[i] as number) * (b[i] as number);
  return sum;
}

function add(to: Float64Array, from: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) + factor * (from[i] as number);
}

function scale(to: Float64Array, factor: number): void {
  for (let i = 0; i < to.length; i++) to[i] = (to[i] as number) * factor;
}
