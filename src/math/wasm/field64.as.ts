// Field64, p = 2^64 - 2^32 + 1 (VDAF section 6.1.4), on 8-byte little-endian elements anywhere in [0, 2^64). As in
// field128.as.ts: plain values, columns of 32 bits that carry once, no branch on an element.

const LOW: u64 = 0xffffffff;
const MODULUS: u64 = 0xffffffff00000001;

/** Stores low + high * 2^64, using 2^64 = 2^32 - 1 and 2^96 = -1. */
// @ts-ignore: decorator
@inline
function settle(low: u64, high: u64): u64 {
  const top = high >> 32;
  const t = low - top - (LOW & (0 - u64(low < top)));
  const up = (high << 32) - (high & LOW);
  const sum = t + up;
  return sum + (LOW & (0 - u64(sum < up)));
}

export function mul64(count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  for (; count > 0; count--) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    const p = (x >> 32) * (y & LOW) + (((x & LOW) * (y & LOW)) >> 32);
    const q = (x & LOW) * (y >> 32) + (p & LOW);
    store<u64>(out, settle(x * y, (x >> 32) * (y >> 32) + (p >> 32) + (q >> 32)));
    out += os;
    a += as;
    b += bs;
  }
}

/** Sum of up to 2^28 products: no column reaches 2^62. */
export function dot64(count: i32, out: usize, a: usize, as: usize, b: usize, bs: usize): void {
  let r0: u64 = 0;
  let r1: u64 = 0;
  let r2: u64 = 0;
  let r3: u64 = 0;
  for (; count > 0; count--) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    let p = (x & LOW) * (y & LOW);
    r0 += p & LOW;
    r1 += p >> 32;
    p = (x & LOW) * (y >> 32);
    r1 += p & LOW;
    r2 += p >> 32;
    p = (x >> 32) * (y & LOW);
    r1 += p & LOW;
    r2 += p >> 32;
    p = (x >> 32) * (y >> 32);
    r2 += p & LOW;
    r3 += p >> 32;
    a += as;
    b += bs;
  }
  r1 += r0 >> 32;
  r2 += r1 >> 32;
  r3 += r2 >> 32;
  // What lies above 2^128 = -2^32 is subtracted.
  store<u64>(out, minus(settle((r0 & LOW) | (r1 << 32), (r2 & LOW) | (r3 << 32)), (r3 >> 32) << 32));
}

// @ts-ignore: decorator
@inline
function plus(x: u64, y: u64): u64 {
  const sum = x + y;
  const once = LOW & (0 - u64(sum < x));
  const more = sum + once;
  return more + (LOW & (0 - u64(more < once)));
}

// @ts-ignore: decorator
@inline
function minus(x: u64, y: u64): u64 {
  const difference = x - y;
  const once = LOW & (0 - u64(x < y));
  const less = difference - once;
  return less - (LOW & (0 - u64(difference < once)));
}

export function add64(count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  for (; count > 0; count--) {
    store<u64>(out, plus(load<u64>(a), load<u64>(b)));
    out += os;
    a += as;
    b += bs;
  }
}

export function sub64(count: i32, out: usize, os: usize, a: usize, as: usize, b: usize, bs: usize): void {
  for (; count > 0; count--) {
    store<u64>(out, minus(load<u64>(a), load<u64>(b)));
    out += os;
    a += as;
    b += bs;
  }
}

/** Two rows of `count` elements: sums to the first, differences to the second. */
export function butterfly64(count: i32, a: usize, b: usize): void {
  for (; count > 0; count--) {
    const x = load<u64>(a);
    const y = load<u64>(b);
    store<u64>(a, plus(x, y));
    store<u64>(b, minus(x, y));
    a += 8;
    b += 8;
  }
}

/** 1 when all elements are below the modulus. */
export function below64(count: i32, v: usize): i32 {
  let large: u64 = 0;
  for (; count > 0; count--) {
    large |= u64(load<u64>(v) >= MODULUS);
    v += 8;
  }
  return i32(large == 0);
}

/** Reduces elements below 2^64 < 2p to the canonical ones, in place. @returns the bitwise or of all */
export function reduce64(count: i32, v: usize): u64 {
  let bits: u64 = 0;
  for (; count > 0; count--) {
    const x = load<u64>(v);
    const y = x - (MODULUS & (0 - u64(x >= MODULUS)));
    bits |= y;
    store<u64>(v, y);
    v += 8;
  }
  return bits;
}
