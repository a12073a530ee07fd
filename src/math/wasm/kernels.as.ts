// The engine's WebAssembly: field and sponge kernels, and here what is made of them. Addresses and steps are in bytes;
// `wide` chooses the field, 0 for Field64 and 1 for Field128. Nothing here checks a range: field.ts does.
//
// Memory: two sponges' states from 0 and 256, constants from 512, vectors and copies of states from 1024 on.
import { add64, below64, butterfly64, dot64, mul64, reduce64, sub64 } from "./field64.as";
import { add128, below128, butterfly128, dot128, mul128, reduce128, sub128 } from "./field128.as";
import { absorb, permute, squeeze } from "./keccak.as";
import { squeezeAndAbsorb } from "./keccak-pair.as";
import { addWords } from "./words.as";

export { absorb, addWords, permute };

export function add(wide: i32, count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  if (wide) add128(count, out, os, a, as, b, bs);
  else add64(count, out, os, a, as, b, bs);
}

export function sub(wide: i32, count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  if (wide) sub128(count, out, os, a, as, b, bs);
  else sub64(count, out, os, a, as, b, bs);
}

export function mul(wide: i32, count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  if (wide) mul128(count, out, os, a, as, b, bs);
  else mul64(count, out, os, a, as, b, bs);
}

export function dot(wide: i32, count: i32, out: usize, a: usize, as: usize, b: usize, bs: usize): void {
  if (wide) dot128(count, out, a, as, b, bs);
  else dot64(count, out, a, as, b, bs);
}

function butterfly(wide: i32, count: i32, a: usize, b: usize): void {
  if (wide) butterfly128(count, a, b);
  else butterfly64(count, a, b);
}

export function copy(wide: i32, count: i32, out: usize, os: usize, a: usize, as: usize): void {
  for (; count > 0; count--) {
    store<u64>(out, load<u64>(a));
    if (wide) store<u64>(out, load<u64>(a, 8), 8);
    out += os;
    a += as;
  }
}

/** 1 when all elements are below the modulus. */
export function below(wide: i32, count: i32, v: usize): i32 {
  return wide ? below128(count, v) : below64(count, v);
}

/** Makes elements canonical, in place, which changes no value. @returns 1 when all are zero */
export function reduce(wide: i32, count: i32, v: usize): i32 {
  return i32((wide ? reduce128(count, v) : reduce64(count, v)) == 0);
}

/**
 * The next `count` elements of a sponge's output, those at or above the modulus left out.
 * @returns how much of the block is read then
 */
export function sample(wide: i32, count: i32, out: usize, state: usize, at: i32): i32 {
  const size = 8 << wide;
  at = squeeze(state, at, out, count * size);
  if (below(wide, count, out)) return at;
  let kept = out;
  const end = out + count * size;
  for (let from = out; from < end; from += size) {
    copy(wide, 1, kept, 0, from, 0);
    if (below(wide, 1, kept)) kept += size;
  }
  while (kept < end) {
    at = squeeze(state, at, kept, size);
    if (below(wide, 1, kept)) kept += size;
  }
  return at;
}

/**
 * Samples as above from `source` while `sink` absorbs the elements. Where one has to be left out, both start again, one
 * after the other, from `copies`, room for two states.
 * @returns at * 256 + to, how much of their blocks is read and full then
 */
export function sampleAndAbsorb(
  wide: i32, count: i32, out: usize, source: usize, at: i32, sink: usize, to: i32, copies: usize,
): i32 {
  memory.copy(copies, source, 200);
  memory.copy(copies + 200, sink, 200);
  const ends = squeezeAndAbsorb(source, at, sink, to, out, count << (3 + wide));
  if (below(wide, count, out)) return ends;
  memory.copy(source, copies, 200);
  memory.copy(sink, copies + 200, 200);
  at = sample(wide, count, out, source, at);
  return (at << 8) | absorb(sink, to, out, count << (3 + wide));
}

/** Values at the roots of unity to coefficients times `rows`, in bit-reversed order. Factors: see transformFactors. */
export function inverse(wide: i32, rows: i32, columns: i32, v: usize, factors: usize): void {
  const shift = 3 + wide;
  for (let half = rows >> 1; half > 0; half >>= 1)
    for (let start = 0; start < rows; start += 2 * half)
      for (let j = 0; j < half; j++) {
        const a = v + (((start + j) * columns) << shift);
        const b = a + ((half * columns) << shift);
        butterfly(wide, columns, a, b);
        if (j > 0) mul(wide, columns, b, 1 << shift, b, 1 << shift, factors + ((half + j) << shift), 0);
      }
}

/** Coefficients in bit-reversed order to values at the roots of unity. */
export function forward(wide: i32, rows: i32, columns: i32, v: usize, factors: usize): void {
  const shift = 3 + wide;
  for (let half = 1; half < rows; half <<= 1)
    for (let start = 0; start < rows; start += 2 * half)
      for (let j = 0; j < half; j++) {
        const a = v + (((start + j) * columns) << shift);
        const b = a + ((half * columns) << shift);
        if (j > 0) mul(wide, columns, b, 1 << shift, b, 1 << shift, factors + ((half + j) << shift), 0);
        butterfly(wide, columns, a, b);
      }
}

/** out[k] = scale[k] times the product of t - roots[j] over j != k. `scratch` has room for size + 1 elements. */
export function weights(wide: i32, size: i32, out: usize, t: usize, roots: usize, scale: usize, scratch: usize): void {
  const step = 8 << wide;
  const product = scratch + size * step;
  sub(wide, size, scratch, step, t, 0, roots, step);
  copy(wide, size, out, step, scale, step);
  copy(wide, 1, product, 0, scratch, 0);
  for (let k = 1; k < size; k++) {
    mul(wide, 1, out + k * step, 0, out + k * step, 0, product, 0);
    mul(wide, 1, product, 0, product, 0, scratch + k * step, 0);
  }
  copy(wide, 1, product, 0, scratch + (size - 1) * step, 0);
  for (let k = size - 2; k >= 0; k--) {
    mul(wide, 1, out + k * step, 0, out + k * step, 0, product, 0);
    mul(wide, 1, product, 0, product, 0, scratch + k * step, 0);
  }
}

export function scaleRows(wide: i32, rows: i32, columns: i32, out: usize, a: usize, factors: usize): void {
  const step = 8 << wide;
  for (; rows > 0; rows--) {
    mul(wide, columns, out, step, a, step, factors, 0);
    out += columns * step;
    a += columns * step;
    factors += step;
  }
}

export function combineRows(wide: i32, rows: i32, columns: i32, out: usize, weights: usize, matrix: usize): void {
  const step = 8 << wide;
  for (let c = 0; c < columns; c++) dot(wide, rows, out + c * step, weights, step, matrix + c * step, columns * step);
}

export function pairProducts(wide: i32, rows: i32, pairs: i32, out: usize, os: usize, matrix: usize): void {
  const step = 8 << wide;
  for (; rows > 0; rows--) {
    dot(wide, pairs, out, matrix, 2 * step, matrix + step, 2 * step);
    out += os;
    matrix += 2 * pairs * step;
  }
}

/** Wires of the bit checks; `share` and `zero` are one element each. */
export function bitWires(
  wide: i32, calls: i32, chunk: i32, length: i32, wires: usize, bits: usize, rand: usize, share: usize, zero: usize,
): void {
  const step = 8 << wide;
  const row = 2 * chunk * step;
  // Powers of all calls side by side: one call's are a chain of multiplications that wait for each other.
  copy(wide, calls, wires, row, rand, step);
  for (let k = 1; k < chunk; k++)
    mul(wide, calls, wires + 2 * k * step, row, wires + 2 * (k - 1) * step, row, rand, step);
  for (; calls > 0; calls--) {
    const count = min(chunk, length);
    mul(wide, count, wires, 2 * step, wires, 2 * step, bits, step);
    sub(wide, count, wires + step, 2 * step, bits, step, share, 0);
    const rest = wires + 2 * count * step;
    copy(wide, chunk - count, rest, 2 * step, zero, 0);
    sub(wide, chunk - count, rest + step, 2 * step, zero, 0, share, 0);
    wires += row;
    bits += chunk * step;
    length -= count;
  }
}
