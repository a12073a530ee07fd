// What is fast of Field128: the arithmetic of field128-limbs.ts and the canonical encoding.
import type { FieldVector } from "./field.ts";
import { add, copy, dot, LIMBS, limbs, mul, sub } from "./field128-limbs.ts";

const ENCODED = 16;
const LOW22 = 0x3fffff;

function encodeInto(out: Uint8Array, at: number, vector: FieldVector, i: number, count: number): void {
  const v = limbs(vector);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let n = 0; n < count; n++) {
    const x = (i + n) * LIMBS;
    // |value| < p, so value + p lies in [0, 2p): carry it, then take p off again unless that goes below zero.
    let x0 = (v[x] as number) + 1;
    let x1 = (v[x + 1] as number) * 2 ** -22;
    let x2 = (v[x + 2] as number) * 2 ** -44;
    let x3 = (v[x + 3] as number) * 2 ** -66 + (LOW22 - 6);
    let x4 = (v[x + 4] as number) * 2 ** -88 + LOW22;
    let x5 = (v[x + 5] as number) * 2 ** -110 + 0x3ffff;
    x1 += x0 >> 22;
    x2 += x1 >> 22;
    x3 += x2 >> 22;
    x4 += x3 >> 22;
    x5 += x4 >> 22;
    x0 &= LOW22;
    x1 &= LOW22;
    x2 &= LOW22;
    x3 &= LOW22;
    x4 &= LOW22;
    const y0 = x0 - 1;
    const y1 = x1 + (y0 >> 22);
    const y2 = x2 + (y1 >> 22);
    const y3 = x3 - (LOW22 - 6) + (y2 >> 22);
    const y4 = x4 - LOW22 + (y3 >> 22);
    const y5 = x5 - 0x3ffff + (y4 >> 22);
    const keep = y5 >> 31;
    x0 = (x0 & keep) | (y0 & LOW22 & ~keep);
    x1 = (x1 & keep) | (y1 & LOW22 & ~keep);
    x2 = (x2 & keep) | (y2 & LOW22 & ~keep);
    x3 = (x3 & keep) | (y3 & LOW22 & ~keep);
    x4 = (x4 & keep) | (y4 & LOW22 & ~keep);
    x5 = (x5 & keep) | (y5 & ~keep);
    const z = at + n * ENCODED;
    view.setInt32(z, x0 | (x1 << 22), true);
    view.setInt32(z + 4, (x1 >>> 10) | (x2 << 12), true);
    view.setInt32(z + 8, (x2 >>> 20) | (x3 << 2) | (x4 << 24), true);
    view.setInt32(z + 12, (x4 >>> 8) | (x5 << 14), true);
  }
}

function decodeInto(vector: FieldVector, o: number, bytes: Uint8Array, at: number, count: number): boolean {
  const out = limbs(vector);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let tooLarge = 0;
  for (let n = 0; n < count; n++) {
    const x = at + n * ENCODED;
    const w0 = view.getUint32(x, true);
    const w1 = view.getUint32(x + 4, true);
    const w2 = view.getUint32(x + 8, true);
    const w3 = view.getUint32(x + 12, true);
    // p is ffffffff ffffffe4 00000000 00000001 in words: at least p when w3 is full and what follows is not below.
    const lowNonZero = Number((w0 | w1) !== 0);
    tooLarge |= Number(w3 === 0xffffffff) & Number(w2 + lowNonZero > 0xffffffe4);
    const z = (o + n) * LIMBS;
    out[z] = w0 & LOW22;
    out[z + 1] = ((w0 >>> 22) | ((w1 << 10) & LOW22)) * 2 ** 22;
    out[z + 2] = ((w1 >>> 12) | ((w2 << 20) & LOW22)) * 2 ** 44;
    out[z + 3] = ((w2 >>> 2) & LOW22) * 2 ** 66;
    out[z + 4] = ((w2 >>> 24) | ((w3 << 8) & LOW22)) * 2 ** 88;
    out[z + 5] = (w3 >>> 14) * 2 ** 110;
  }
  return tooLarge === 0;
}

/** Takes the place of compact-field128.ts's own, over the same vectors; imports nothing that a page has, so that it is one small file. */
export const field128Arithmetic = { add, sub, mul, dot, copy, encodeInto, decodeInto };
