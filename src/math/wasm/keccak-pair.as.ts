// Two Keccak states at once, one in each half of the SIMD registers, and what needs that: sampling a share while the sponge
// that commits to it absorbs. Two permutations cost 1.25 of a single one.
import { RATE, ROUND_CONSTANTS, absorb, copyBytes, permute, xorInto } from "./keccak.as";

// @ts-ignore: decorator
@inline
function rot(x: v128, bits: i32): v128 {
  return v128.or(i64x2.shl(x, bits), i64x2.shr_u(x, 64 - bits));
}

// @ts-ignore: decorator
@inline
function xor(x: v128, y: v128): v128 {
  return v128.xor(x, y);
}

/** b ^ (~c & d) */
// @ts-ignore: decorator
@inline
function chi(b: v128, c: v128, d: v128): v128 {
  return v128.xor(b, v128.andnot(d, c));
}

// @ts-ignore: decorator
@inline
function lane(s: usize, t: usize, at: usize): v128 {
  return v128.load_lane<u64>(t + at, v128.load_zero<u64>(s + at), 1);
}

// @ts-ignore: decorator
@inline
function put(s: usize, t: usize, at: usize, x: v128): void {
  v128.store_lane<u64>(s + at, x, 0);
  v128.store_lane<u64>(t + at, x, 1);
}

/** The twelve rounds on both states, as in keccak.as.ts. */
export function permuteBoth(s: usize, t: usize): void {
  let a0 = lane(s, t, 0), a1 = lane(s, t, 8), a2 = lane(s, t, 16), a3 = lane(s, t, 24), a4 = lane(s, t, 32);
  let a5 = lane(s, t, 40), a6 = lane(s, t, 48), a7 = lane(s, t, 56), a8 = lane(s, t, 64), a9 = lane(s, t, 72);
  let a10 = lane(s, t, 80), a11 = lane(s, t, 88), a12 = lane(s, t, 96), a13 = lane(s, t, 104), a14 = lane(s, t, 112);
  let a15 = lane(s, t, 120), a16 = lane(s, t, 128), a17 = lane(s, t, 136), a18 = lane(s, t, 144), a19 = lane(s, t, 152);
  let a20 = lane(s, t, 160), a21 = lane(s, t, 168), a22 = lane(s, t, 176), a23 = lane(s, t, 184), a24 = lane(s, t, 192);
  for (let at: usize = 0; at < 96; at += 8) {
    const c0 = xor(xor(xor(xor(a0, a5), a10), a15), a20);
    const c1 = xor(xor(xor(xor(a1, a6), a11), a16), a21);
    const c2 = xor(xor(xor(xor(a2, a7), a12), a17), a22);
    const c3 = xor(xor(xor(xor(a3, a8), a13), a18), a23);
    const c4 = xor(xor(xor(xor(a4, a9), a14), a19), a24);
    const d0 = xor(c4, rot(c1, 1));
    const d1 = xor(c0, rot(c2, 1));
    const d2 = xor(c1, rot(c3, 1));
    const d3 = xor(c2, rot(c4, 1));
    const d4 = xor(c3, rot(c0, 1));
    const b0 = xor(a0, d0);
    const b1 = rot(xor(a6, d1), 44);
    const b2 = rot(xor(a12, d2), 43);
    const b3 = rot(xor(a18, d3), 21);
    const b4 = rot(xor(a24, d4), 14);
    const b5 = rot(xor(a3, d3), 28);
    const b6 = rot(xor(a9, d4), 20);
    const b7 = rot(xor(a10, d0), 3);
    const b8 = rot(xor(a16, d1), 45);
    const b9 = rot(xor(a22, d2), 61);
    const b10 = rot(xor(a1, d1), 1);
    const b11 = rot(xor(a7, d2), 6);
    const b12 = rot(xor(a13, d3), 25);
    const b13 = rot(xor(a19, d4), 8);
    const b14 = rot(xor(a20, d0), 18);
    const b15 = rot(xor(a4, d4), 27);
    const b16 = rot(xor(a5, d0), 36);
    const b17 = rot(xor(a11, d1), 10);
    const b18 = rot(xor(a17, d2), 15);
    const b19 = rot(xor(a23, d3), 56);
    const b20 = rot(xor(a2, d2), 62);
    const b21 = rot(xor(a8, d3), 55);
    const b22 = rot(xor(a14, d4), 39);
    const b23 = rot(xor(a15, d0), 41);
    const b24 = rot(xor(a21, d1), 2);
    a0 = xor(chi(b0, b1, b2), v128.load_splat<u64>(ROUND_CONSTANTS + at));
    a1 = chi(b1, b2, b3);
    a2 = chi(b2, b3, b4);
    a3 = chi(b3, b4, b0);
    a4 = chi(b4, b0, b1);
    a5 = chi(b5, b6, b7);
    a6 = chi(b6, b7, b8);
    a7 = chi(b7, b8, b9);
    a8 = chi(b8, b9, b5);
    a9 = chi(b9, b5, b6);
    a10 = chi(b10, b11, b12);
    a11 = chi(b11, b12, b13);
    a12 = chi(b12, b13, b14);
    a13 = chi(b13, b14, b10);
    a14 = chi(b14, b10, b11);
    a15 = chi(b15, b16, b17);
    a16 = chi(b16, b17, b18);
    a17 = chi(b17, b18, b19);
    a18 = chi(b18, b19, b15);
    a19 = chi(b19, b15, b16);
    a20 = chi(b20, b21, b22);
    a21 = chi(b21, b22, b23);
    a22 = chi(b22, b23, b24);
    a23 = chi(b23, b24, b20);
    a24 = chi(b24, b20, b21);
  }
  put(s, t, 0, a0), put(s, t, 8, a1), put(s, t, 16, a2), put(s, t, 24, a3), put(s, t, 32, a4);
  put(s, t, 40, a5), put(s, t, 48, a6), put(s, t, 56, a7), put(s, t, 64, a8), put(s, t, 72, a9);
  put(s, t, 80, a10), put(s, t, 88, a11), put(s, t, 96, a12), put(s, t, 104, a13), put(s, t, 112, a14);
  put(s, t, 120, a15), put(s, t, 128, a16), put(s, t, 136, a17), put(s, t, 144, a18), put(s, t, 152, a19);
  put(s, t, 160, a20), put(s, t, 168, a21), put(s, t, 176, a22), put(s, t, 184, a23), put(s, t, 192, a24);
}

/**
 * Squeezes `length` bytes from `source` to `out` while `sink` absorbs them, a block behind. `at` and `to` are how much of
 * their blocks is read and full before.
 * @returns both afterwards: at * 256 + to
 */
export function squeezeAndAbsorb(source: usize, at: i32, sink: usize, to: i32, out: usize, length: i32): i32 {
  let taken = out;
  let made = out;
  const end = out + length;
  while (made < end) {
    if (at == RATE) {
      const ready = min<i32>(RATE - to, <i32>(made - taken));
      xorInto(sink + to, taken, ready);
      taken += ready;
      to += ready;
      if (to == RATE) {
        permuteBoth(source, sink);
        to = 0;
      } else permute(source);
      at = 0;
    }
    const take = min<i32>(RATE - at, <i32>(end - made));
    copyBytes(made, source + at, take);
    made += take;
    at += take;
  }
  return (at << 8) | absorb(sink, to, taken, <i32>(end - taken));
}
