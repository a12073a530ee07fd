// Field128, p = 2^128 - 7*2^66 + 1 (VDAF section 6.1.4), without BigInt and without branches on values.
//
// An element is six doubles; limb k is a multiple of 2^(22k), so a carry is one rounding and limbs of different weight
// simply add. Limbs are balanced, about +-2^21 units, which keeps every sum below 2^53 units and therefore exact.
// Reduction uses 2^128 = 7*2^66 - 1 (mod p): what lies above comes down by multiplying with powers of two.
import type { Copy, DotProduct, Elementwise, FieldVector } from "./field.ts";

export const LIMBS = 6;

/** Adding and then subtracting 1.5 * 2^52 units rounds a double to a whole number of units, here of 2^bits. */
const rounder = (bits: number): number => 1.5 * 2 ** (52 + bits);
const R1 = rounder(22);
const R2 = rounder(44);
const R3 = rounder(66);
const R4 = rounder(88);
const R5 = rounder(110);
const R7 = rounder(154);
const R8 = rounder(176);
const R9 = rounder(198);
const R10 = rounder(220);
const R11 = rounder(242);
const TOP = rounder(128);
const DOWN = 2 ** -128;
const DOWN7 = 7 * 2 ** -62;

/** Products one accumulation may hold: each adds up to 6 * 2^44 units to a limb, 2^53 is the end of exactness. */
const BATCH = 64;

/** The eleven limbs of a product on their way to settle(). */
const t = new Float64Array(11);
const spare = new Float64Array(LIMBS);
const spareVector = spare as unknown as FieldVector;

export const limbs = (v: FieldVector): Float64Array => v as unknown as Float64Array;

/** Reduces the product in t to six balanced limbs at out[at..]. Units below are of each limb's own weight. */
function settle(out: Float64Array, at: number): void {
  let t6 = t[6] as number;
  let t7 = t[7] as number;
  let t8 = t[8] as number;
  let t9 = t[9] as number;
  let t10 = t[10] as number;
  // Carry inside the upper half first: folding multiplies by up to 7*16, and the sums must stay below 2^53 units.
  const c7 = t6 + R7 - R7;
  const c8 = t7 + R8 - R8;
  const c9 = t8 + R9 - R9;
  const c10 = t9 + R10 - R10;
  const t11 = t10 + R11 - R11;
  t6 -= c7;
  t7 += c7 - c8;
  t8 += c8 - c9;
  t9 += c9 - c10;
  t10 += c10 - t11;
  // Fold limbs 11 to 6 down.
  t8 += t11 * DOWN7;
  t7 += t10 * DOWN7;
  t6 += t9 * DOWN7;
  let t5 = (t[5] as number) + (t8 * DOWN7 - t11 * DOWN);
  let t4 = (t[4] as number) + (t7 * DOWN7 - t10 * DOWN);
  let t3 = (t[3] as number) + (t6 * DOWN7 - t9 * DOWN);
  let t2 = (t[2] as number) - t8 * DOWN;
  let t1 = (t[1] as number) - t7 * DOWN;
  let t0 = (t[0] as number) - t6 * DOWN;
  // Two rounds of carries, all limbs at once; the top limb's carry folds to limbs 3 and 0.
  const top = t5 + TOP - TOP;
  t3 += top * DOWN7;
  t0 -= top * DOWN;
  const c1 = t0 + R1 - R1;
  const c2 = t1 + R2 - R2;
  const c3 = t2 + R3 - R3;
  const c4 = t3 + R4 - R4;
  const c5 = t4 + R5 - R5;
  t5 += c5 - top;
  const rest = t5 + TOP - TOP;
  t0 -= c1 + rest * DOWN;
  t1 += c1 - c2;
  t2 += c2 - c3;
  t3 += c3 - c4 + rest * DOWN7;
  t4 += c4 - c5;
  const d2 = t1 + R2 - R2;
  const d3 = t2 + R3 - R3;
  const d4 = t3 + R4 - R4;
  const d5 = t4 + R5 - R5;
  out[at] = t0;
  out[at + 1] = t1 - d2;
  out[at + 2] = t2 + (d2 - d3);
  out[at + 3] = t3 + (d3 - d4);
  out[at + 4] = t4 + (d4 - d5);
  out[at + 5] = t5 + (d5 - rest);
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
    const a3 = a[x + 3] as number;
    const a4 = a[x + 4] as number;
    const a5 = a[x + 5] as number;
    const b0 = b[y] as number;
    const b1 = b[y + 1] as number;
    const b2 = b[y + 2] as number;
    const b3 = b[y + 3] as number;
    const b4 = b[y + 4] as number;
    const b5 = b[y + 5] as number;
    t[0] = a0 * b0;
    t[1] = a0 * b1 + a1 * b0;
    t[2] = a0 * b2 + a1 * b1 + a2 * b0;
    t[3] = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
    t[4] = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
    t[5] = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
    t[6] = a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1;
    t[7] = a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2;
    t[8] = a3 * b5 + a4 * b4 + a5 * b3;
    t[9] = a4 * b5 + a5 * b4;
    t[10] = a5 * b5;
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
  let t5 = 0;
  let t6 = 0;
  let t7 = 0;
  let t8 = 0;
  let t9 = 0;
  let t10 = 0;
  for (let n = 0; n < count; n++) {
    const x = (i + n * as) * LIMBS;
    const y = (j + n * bs) * LIMBS;
    const a0 = a[x] as number;
    const a1 = a[x + 1] as number;
    const a2 = a[x + 2] as number;
    const a3 = a[x + 3] as number;
    const a4 = a[x + 4] as number;
    const a5 = a[x + 5] as number;
    const b0 = b[y] as number;
    const b1 = b[y + 1] as number;
    const b2 = b[y + 2] as number;
    const b3 = b[y + 3] as number;
    const b4 = b[y + 4] as number;
    const b5 = b[y + 5] as number;
    t0 += a0 * b0;
    t1 += a0 * b1 + a1 * b0;
    t2 += a0 * b2 + a1 * b1 + a2 * b0;
    t3 += a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
    t4 += a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
    t5 += a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
    t6 += a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1;
    t7 += a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2;
    t8 += a3 * b5 + a4 * b4 + a5 * b3;
    t9 += a4 * b5 + a5 * b4;
    t10 += a5 * b5;
  }
  t[0] = t0;
  t[1] = t1;
  t[2] = t2;
  t[3] = t3;
  t[4] = t4;
  t[5] = t5;
  t[6] = t6;
  t[7] = t7;
  t[8] = t8;
  t[9] = t9;
  t[10] = t10;
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
    let s0 = (a[x] as number) + sign * (b[y] as number);
    const s1 = (a[x + 1] as number) + sign * (b[y + 1] as number);
    const s2 = (a[x + 2] as number) + sign * (b[y + 2] as number);
    let s3 = (a[x + 3] as number) + sign * (b[y + 3] as number);
    const s4 = (a[x + 4] as number) + sign * (b[y + 4] as number);
    const s5 = (a[x + 5] as number) + sign * (b[y + 5] as number);
    const top = s5 + TOP - TOP;
    s3 += top * DOWN7;
    s0 -= top * DOWN;
    const c1 = s0 + R1 - R1;
    const c2 = s1 + R2 - R2;
    const c3 = s2 + R3 - R3;
    const c4 = s3 + R4 - R4;
    const c5 = s4 + R5 - R5;
    out[z] = s0 - c1;
    out[z + 1] = s1 + (c1 - c2);
    out[z + 2] = s2 + (c2 - c3);
    out[z + 3] = s3 + (c3 - c4);
    out[z + 4] = s4 + (c4 - c5);
    out[z + 5] = s5 + (c5 - top);
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
