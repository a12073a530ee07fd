// Arithmetic of Field64, p = 2^64 - 2^32 + 1 (VDAF section 6.1.4), without BigInt and without branches on values.
//
// As in field128-limbs.ts an element is balanced limbs in doubles, here three: limb k is a multiple of 2^(22k).
// Reduction uses 2^64 = 2^32 - 1 (mod p).
import type { Copy, DotProduct, Elementwise, FieldVector } from "./field.ts";

export const LIMBS = 3;

/** Adding and then subtracting 1.5 * 2^52 units rounds a double to a whole number of units, here of 2^bits. */
const rounder = (bits: number): number => 1.5 * 2 ** (52 + bits);
const R1 = rounder(22);
const R2 = rounder(44);
const R4 = rounder(88);
const R5 = rounder(110);
const TOP = rounder(64);
const DOWN = 2 ** -64;
const DOWN32 = 2 ** -32;

/** Products one accumulation may hold; folding multiplies the upper limbs by 2^12 twice, hence fewer than in Field128. */
const BATCH = 16;

/** The five limbs of a product on their way to settle(). */
const t = new Float64Array(5);
const spare = new Float64Array(LIMBS);
const spareVector = spare as unknown as FieldVector;

export const limbs = (v: FieldVector): Float64Array => v as unknown as Float64Array;

/** Reduces the product in t to three balanced limbs at out[at..]. */
function settle(out: Float64Array, at: number): void {
  let t3 = t[3] as number;
  let t4 = t[4] as number;
  const c4 = t3 + R4 - R4;
  const t5 = t4 + R5 - R5;
  t3 += t5 * DOWN32 - c4;
  t4 += c4 - t5;
  let t2 = (t[2] as number) + (t4 * DOWN32 - t5 * DOWN);
  let t1 = (t[1] as number) + (t3 * DOWN32 - t4 * DOWN);
  let t0 = (t[0] as number) - t3 * DOWN;
  // Two rounds of carries; the top limb's carry folds to limbs 1 and 0.
  const top = t2 + TOP - TOP;
  t1 += top * DOWN32;
  t0 -= top * DOWN;
  const c1 = t0 + R1 - R1;
  const c2 = t1 + R2 - R2;
  t2 += c2 - top;
  const rest = t2 + TOP - TOP;
  t0 -= c1 + rest * DOWN;
  t1 += c1 - c2 + rest * DOWN32;
  const d2 = t1 + R2 - R2;
  out[at] = t0;
  out[at + 1] = t1 - d2;
  out[at + 2] = t2 + (d2 - rest);
}

export const mul: Elementwise = (count, outVector, o, os, aVector, i, as, bVector, j, bs) => {
  const out = limbs(outVector);
  const a = limbs(aVector);
  const b = limbs(bVector);
  for (let n = 0; n < count; n++) {
    const x = (i + n * as) * LIMBS;
    const y = (j + n * bs) * LIMBS;
    const a0 = a[x] as number;
    const a1 = a[x + 1] as number;
    const a2 = a[x + 2] as number;
    const b0 = b[y] as number;
    const b1 = b[y + 1] as number;
    const b2 = b[y + 2] as number;
    t[0] = a0 * b0;
    t[1] = a0 * b1 + a1 * b0;
    t[2] = a0 * b2 + a1 * b1 + a2 * b0;
    t[3] = a1 * b2 + a2 * b1;
    t[4] = a2 * b2;
    settle(out, (o + n * os) * LIMBS);
  }
};

export const dot: DotProduct = (count, outVector, o, aVector, i, as, bVector, j, bs) => {
  const out = limbs(outVector);
  sumOfProducts(Math.min(count, BATCH), out, o * LIMBS, limbs(aVector), i, as, limbs(bVector), j, bs);
  for (let n = BATCH; n < count; n += BATCH) {
    sumOfProducts(Math.min(count - n, BATCH), spare, 0, limbs(aVector), i + n * as, as, limbs(bVector), j + n * bs, bs);
    add(1, outVector, o, 1, outVector, o, 1, spareVector, 0, 1);
  }
};

function sumOfProducts(
  count: number,
  out: Float64Array,
  at: number,
  a: Float64Array,
  i: number,
  as: number,
  b: Float64Array,
  j: number,
  bs: number,
): void {
  let t0 = 0;
  let t1 = 0;
  let t2 = 0;
  let t3 = 0;
  let t4 = 0;
  for (let n = 0; n < count; n++) {
    const x = (i + n * as) * LIMBS;
    const y = (j + n * bs) * LIMBS;
    const a0 = a[x] as number;
    const a1 = a[x + 1] as number;
    const a2 = a[x + 2] as number;
    const b0 = b[y] as number;
    const b1 = b[y + 1] as number;
    const b2 = b[y + 2] as number;
    t0 += a0 * b0;
    t1 += a0 * b1 + a1 * b0;
    t2 += a0 * b2 + a1 * b1 + a2 * b0;
    t3 += a1 * b2 + a2 * b1;
    t4 += a2 * b2;
  }
  t[0] = t0;
  t[1] = t1;
  t[2] = t2;
  t[3] = t3;
  t[4] = t4;
  settle(out, at);
}

/** a + sign * b, limb by limb, then one round of carries. */
function addSigned(
  sign: 1 | -1,
  count: number,
  out: Float64Array,
  o: number,
  os: number,
  a: Float64Array,
  i: number,
  as: number,
  b: Float64Array,
  j: number,
  bs: number,
): void {
  for (let n = 0; n < count; n++) {
    const x = (i + n * as) * LIMBS;
    const y = (j + n * bs) * LIMBS;
    const z = (o + n * os) * LIMBS;
    const s2 = (a[x + 2] as number) + sign * (b[y + 2] as number);
    const top = s2 + TOP - TOP;
    const s0 = (a[x] as number) + sign * (b[y] as number) - top * DOWN;
    const s1 = (a[x + 1] as number) + sign * (b[y + 1] as number) + top * DOWN32;
    const c1 = s0 + R1 - R1;
    const c2 = s1 + R2 - R2;
    out[z] = s0 - c1;
    out[z + 1] = s1 + (c1 - c2);
    out[z + 2] = s2 + (c2 - top);
  }
}

export const add: Elementwise = (count, out, o, os, a, i, as, b, j, bs) => {
  addSigned(1, count, limbs(out), o, os, limbs(a), i, as, limbs(b), j, bs);
};

export const sub: Elementwise = (count, out, o, os, a, i, as, b, j, bs) => {
  addSigned(-1, count, limbs(out), o, os, limbs(a), i, as, limbs(b), j, bs);
};

export const copy: Copy = (count, out, o, os, a, i, as) => {
  const to = limbs(out);
  const from = limbs(a);
  for (let n = 0; n < count; n++)
    for (let k = 0; k < LIMBS; k++) to[(o + n * os) * LIMBS + k] = from[(i + n * as) * LIMBS + k] as number;
};
