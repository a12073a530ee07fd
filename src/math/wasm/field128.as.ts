// Field128, p = 2^128 - 28 * 2^64 + 1 (VDAF section 6.1.4), on 16-byte little-endian elements anywhere in [0, 2^128): plain
// values, so that sampling and encoding only compare. No branch depends on an element.
//
// A product is summed up in columns of 32 bits whose halves are added apart: nothing carries until the end, and a sum of
// products settles once. Montgomery form measured no faster, and would cost a product for every element that comes or goes.

const LOW: u64 = 0xffffffff;
/** High half of the modulus; its low half is 1. */
const HIGH: u64 = 0xffffffffffffffe4;

/** Stores the value of eight columns, each below 2^52, using 2^128 = 28 * 2^64 - 1. */
// @ts-ignore: decorator
@inline
function settle(at: usize, r0: u64, r1: u64, r2: u64, r3: u64, r4: u64, r5: u64, r6: u64, r7: u64): void {
  // Columns 4 to 7 come down to 0 to 3, twice. What is subtracted is small beside what is added above: the value stays positive.
  const c0 = r0 - r4 - 28 * r6;
  const c1 = r1 - r5 - 28 * r7 + <u64>(<i64>c0 >> 32);
  const c2 = r2 + 28 * r4 + 783 * r6 + <u64>(<i64>c1 >> 32);
  const c3 = r3 + 28 * r5 + 783 * r7 + <u64>(<i64>c2 >> 32);
  fold(at, (c0 & LOW) | (c1 << 32), (c2 & LOW) | (c3 << 32), c3 >> 32);
}

/** Stores low + high * 2^64 + top * 2^128, top below 2^40. */
// @ts-ignore: decorator
@inline
function fold(at: usize, low: u64, high: u64, top: u64): void {
  const up = 28 * top - u64(low < top);
  const l = low - top;
  const h = high + up;
  // Now the value is below 2^128 + 2^110: one more bit may come down, and after that there is room.
  const carry = u64(h < up);
  store<u64>(at, l - carry);
  store<u64>(at, h + (28 & (0 - carry)) - u64(l < carry), 8);
}

export function mul128(count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  for (; count > 0; count--) {
    const x0 = load<u64>(a);
    const x1 = load<u64>(a, 8);
    const y0 = load<u64>(b);
    const y1 = load<u64>(b, 8);
    const a0 = x0 & LOW;
    const a1 = x0 >> 32;
    const a2 = x1 & LOW;
    const a3 = x1 >> 32;
    const b0 = y0 & LOW;
    const b1 = y0 >> 32;
    const b2 = y1 & LOW;
    const b3 = y1 >> 32;
    let p = a0 * b0;
    const r0 = p & LOW;
    let r1 = p >> 32;
    p = a0 * b1;
    r1 += p & LOW;
    let r2 = p >> 32;
    p = a1 * b0;
    r1 += p & LOW;
    r2 += p >> 32;
    p = a0 * b2;
    r2 += p & LOW;
    let r3 = p >> 32;
    p = a1 * b1;
    r2 += p & LOW;
    r3 += p >> 32;
    p = a2 * b0;
    r2 += p & LOW;
    r3 += p >> 32;
    p = a0 * b3;
    r3 += p & LOW;
    let r4 = p >> 32;
    p = a1 * b2;
    r3 += p & LOW;
    r4 += p >> 32;
    p = a2 * b1;
    r3 += p & LOW;
    r4 += p >> 32;
    p = a3 * b0;
    r3 += p & LOW;
    r4 += p >> 32;
    p = a1 * b3;
    r4 += p & LOW;
    let r5 = p >> 32;
    p = a2 * b2;
    r4 += p & LOW;
    r5 += p >> 32;
    p = a3 * b1;
    r4 += p & LOW;
    r5 += p >> 32;
    p = a2 * b3;
    r5 += p & LOW;
    let r6 = p >> 32;
    p = a3 * b2;
    r5 += p & LOW;
    r6 += p >> 32;
    p = a3 * b3;
    r6 += p & LOW;
    settle(out, r0, r1, r2, r3, r4, r5, r6, p >> 32);
    out += os;
    a += as;
    b += bs;
  }
}

/** Products that keep every column below 2^51. */
const BATCH: i32 = 1 << 16;

export function dot128(count: i32, out: usize, a: usize, as: usize, b: usize, bs: usize): void {
  let r0: u64 = 0;
  let r1: u64 = 0;
  let r2: u64 = 0;
  let r3: u64 = 0;
  for (;;) {
    let r4: u64 = 0;
    let r5: u64 = 0;
    let r6: u64 = 0;
    let r7: u64 = 0;
    const rest = max(count - BATCH, 0);
    for (; count > rest; count--) {
      const x0 = load<u64>(a);
      const x1 = load<u64>(a, 8);
      const y0 = load<u64>(b);
      const y1 = load<u64>(b, 8);
      const a0 = x0 & LOW;
      const a1 = x0 >> 32;
      const a2 = x1 & LOW;
      const a3 = x1 >> 32;
      const b0 = y0 & LOW;
      const b1 = y0 >> 32;
      const b2 = y1 & LOW;
      const b3 = y1 >> 32;
      let p = a0 * b0;
      r0 += p & LOW;
      r1 += p >> 32;
      p = a0 * b1;
      r1 += p & LOW;
      r2 += p >> 32;
      p = a1 * b0;
      r1 += p & LOW;
      r2 += p >> 32;
      p = a0 * b2;
      r2 += p & LOW;
      r3 += p >> 32;
      p = a1 * b1;
      r2 += p & LOW;
      r3 += p >> 32;
      p = a2 * b0;
      r2 += p & LOW;
      r3 += p >> 32;
      p = a0 * b3;
      r3 += p & LOW;
      r4 += p >> 32;
      p = a1 * b2;
      r3 += p & LOW;
      r4 += p >> 32;
      p = a2 * b1;
      r3 += p & LOW;
      r4 += p >> 32;
      p = a3 * b0;
      r3 += p & LOW;
      r4 += p >> 32;
      p = a1 * b3;
      r4 += p & LOW;
      r5 += p >> 32;
      p = a2 * b2;
      r4 += p & LOW;
      r5 += p >> 32;
      p = a3 * b1;
      r4 += p & LOW;
      r5 += p >> 32;
      p = a2 * b3;
      r5 += p & LOW;
      r6 += p >> 32;
      p = a3 * b2;
      r5 += p & LOW;
      r6 += p >> 32;
      p = a3 * b3;
      r6 += p & LOW;
      r7 += p >> 32;
      a += as;
      b += bs;
    }
    settle(out, r0, r1, r2, r3, r4, r5, r6, r7);
    if (rest == 0) return;
    const low = load<u64>(out);
    const high = load<u64>(out, 8);
    r0 = low & LOW;
    r1 = low >> 32;
    r2 = high & LOW;
    r3 = high >> 32;
  }
}

/** Stores (x0, x1) + (y0, y1). */
// @ts-ignore: decorator
@inline
function plus(out: usize, x0: u64, x1: u64, y0: u64, y1: u64): void {
  const low = x0 + y0;
  const carry = u64(low < x0);
  const sum = x1 + y1;
  const high = sum + carry;
  fold(out, low, high, u64(sum < x1) | u64(high < carry));
}

/** Stores (x0, x1) - (y0, y1): a borrow of 2^128 gives back 28 * 2^64 - 1, and may borrow once more. */
// @ts-ignore: decorator
@inline
function minus(out: usize, x0: u64, x1: u64, y0: u64, y1: u64): void {
  const low = x0 - y0;
  const borrow = u64(x0 < y0);
  const difference = x1 - y1;
  const high = difference - borrow;
  const first = u64(x1 < y1) | u64(difference < borrow);
  const l = low + first;
  const down = (28 & (0 - first)) - u64(l < first);
  const h = high - down;
  const second = u64(high < down);
  const last = l + second;
  store<u64>(out, last);
  store<u64>(out, h - (28 & (0 - second)) + u64(last < second), 8);
}

export function add128(count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  for (; count > 0; count--) {
    plus(out, load<u64>(a), load<u64>(a, 8), load<u64>(b), load<u64>(b, 8));
    out += os;
    a += as;
    b += bs;
  }
}

export function sub128(count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  for (; count > 0; count--) {
    minus(out, load<u64>(a), load<u64>(a, 8), load<u64>(b), load<u64>(b, 8));
    out += os;
    a += as;
    b += bs;
  }
}

/** Two rows of `count` elements: sums to the first, differences to the second. */
export function butterfly128(count: i32, a: usize, b: usize): void {
  for (; count > 0; count--) {
    const x0 = load<u64>(a);
    const x1 = load<u64>(a, 8);
    const y0 = load<u64>(b);
    const y1 = load<u64>(b, 8);
    plus(a, x0, x1, y0, y1);
    minus(b, x0, x1, y0, y1);
    a += 16;
    b += 16;
  }
}

/** 1 when (low, high) is at or above the modulus. */
// @ts-ignore: decorator
@inline
function tooLarge(low: u64, high: u64): u64 {
  return u64(high > HIGH) | (u64(high == HIGH) & u64(low != 0));
}

/** 1 when all elements are below the modulus. */
export function below128(count: i32, v: usize): i32 {
  let large: u64 = 0;
  for (; count > 0; count--) {
    large |= tooLarge(load<u64>(v), load<u64>(v, 8));
    v += 16;
  }
  return i32(large == 0);
}

/** Reduces elements below 2^128 < 2p to the canonical ones, in place. @returns the bitwise or of all */
export function reduce128(count: i32, v: usize): u64 {
  let bits: u64 = 0;
  for (; count > 0; count--) {
    const low = load<u64>(v);
    const high = load<u64>(v, 8);
    const large = tooLarge(low, high);
    const l = low - large;
    const h = high - (HIGH & (0 - large)) - u64(low < large);
    bits |= l | h;
    store<u64>(v, l);
    store<u64>(v, h, 8);
    v += 16;
  }
  return bits;
}
