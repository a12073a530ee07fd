// Field64 as the proof system sees it: the arithmetic of field64-limbs.ts and the canonical encoding.
import { withCoarse } from "./coarse.ts";
import type { FieldVector } from "./field.ts";
import { add, copy, dot, LIMBS, limbs, mul, sub } from "./field64-limbs.ts";
import { field64Parameters } from "./parameters.ts";

const ENCODED = 8;
const LOW22 = 0x3fffff;

// p in limbs of 22 bits: 2^64 - 2^32 + 1 = 1 + (2^22 - 2^10) * 2^22 + (2^20 - 1) * 2^44.
const P1 = 0x3ffc00;
const P2 = 0xfffff;

function encodeInto(out: Uint8Array, at: number, vector: FieldVector, i: number, count: number): void {
  const v = limbs(vector);
  const view = new DataView(out.buffer, out.byteOffset, out.byteLength);
  for (let n = 0; n < count; n++) {
    const x = (i + n) * LIMBS;
    // |value| < p, so value + p lies in [0, 2p): carry it, then take p off again unless that goes below zero.
    let x0 = (v[x] as number) + 1;
    let x1 = (v[x + 1] as number) * 2 ** -22 + P1;
    let x2 = (v[x + 2] as number) * 2 ** -44 + P2;
    x1 += x0 >> 22;
    x2 += x1 >> 22;
    x0 &= LOW22;
    x1 &= LOW22;
    const y0 = x0 - 1;
    const y1 = x1 - P1 + (y0 >> 22);
    const y2 = x2 - P2 + (y1 >> 22);
    const keep = y2 >> 31;
    x0 = (x0 & keep) | (y0 & LOW22 & ~keep);
    x1 = (x1 & keep) | (y1 & LOW22 & ~keep);
    x2 = (x2 & keep) | (y2 & ~keep);
    const z = at + n * ENCODED;
    view.setInt32(z, x0 | (x1 << 22), true);
    view.setInt32(z + 4, (x1 >>> 10) | (x2 << 12), true);
  }
}

function decodeInto(vector: FieldVector, o: number, bytes: Uint8Array, at: number, count: number): boolean {
  const out = limbs(vector);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let tooLarge = 0;
  for (let n = 0; n < count; n++) {
    const w0 = view.getUint32(at + n * ENCODED, true);
    const w1 = view.getUint32(at + n * ENCODED + 4, true);
    // p is ffffffff 00000001 in words.
    tooLarge |= Number(w1 === 0xffffffff) & Number(w0 !== 0);
    const z = (o + n) * LIMBS;
    out[z] = w0 & LOW22;
    out[z + 1] = ((w0 >>> 22) | ((w1 << 10) & LOW22)) * 2 ** 22;
    out[z + 2] = (w1 >>> 12) * 2 ** 44;
  }
  return tooLarge === 0;
}

export const field64 = /* @__PURE__ */ withCoarse({
  ...field64Parameters,
  newVector: (length) => new Float64Array(length * LIMBS) as unknown as FieldVector,
  lengthOf: (v) => limbs(v).length / LIMBS,
  add,
  sub,
  mul,
  dot,
  copy,
  encodeInto,
  decodeInto,
});
