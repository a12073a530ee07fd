// Field128 in the least code: the same balanced limbs as field128-limbs.ts, which says why its sums are exact, in loops. A few times
// slower, which a report a day does not notice, and a third of the size, which every page does. No branch and no address depends on
// a value.
import type { FieldKernel, FieldVector } from "./field.ts";
import { field128Parameters } from "./parameters.ts";

const LIMBS = 6;
const ENCODED = 16;
const LOW22 = 0x3fffff;
/** The modulus in digits of 22 bits, least first; the last has 18. */
const DIGITS = [1, 0, 0, LOW22 - 6, LOW22, 0x3ffff];

/** Adding and then subtracting 1.5 * 2^52 units rounds a double to a whole number of units, here of limb k's weight. */
const ROUND = /* @__PURE__ */ Array.from({ length: 12 }, (_, k) => 1.5 * 2 ** (52 + 22 * k));
const TOP = 1.5 * 2 ** 180;
const DOWN = 2 ** -128;
const DOWN7 = 7 * 2 ** -62;

/** Products one accumulation may hold: each adds up to 6 * 2^44 units to a limb, 2^53 is the end of exactness. */
const BATCH = 64;

/** What is being reduced: limbs of weight 2^(22k). */
const t = /* @__PURE__ */ new Float64Array(12);
/** An element's digits on their way to bytes or from them, and the same less the modulus. */
const digits = /* @__PURE__ */ new Int32Array(LIMBS);
const reduced = /* @__PURE__ */ new Int32Array(LIMBS);

const limbs = (v: FieldVector): Float64Array => v as unknown as Float64Array;

function plus(k: number, more: number): void {
  t[k] = (t[k] as number) + more;
}

/** Balances limbs from `from` up to below `to`, which takes the last carry. */
function carry(from: number, to: number): void {
  for (let k = from; k < to; k++) {
    const unit = ROUND[k + 1] as number;
    const over = (t[k] as number) + unit - unit;
    plus(k, -over);
    plus(k + 1, over);
  }
}

/** Takes what is above 2^128 down to limbs k - 3 and k - 6: 2^128 = 7*2^66 - 1 (mod p). */
function fold(k: number, above: number): void {
  plus(k, -above);
  plus(k - 3, above * DOWN7);
  plus(k - 6, -above * DOWN);
}

/** One round over the six limbs of an element. */
function round(): void {
  const top = (t[5] as number) + TOP - TOP;
  plus(5, -top);
  plus(3, top * DOWN7);
  plus(0, -top * DOWN);
  carry(0, 5);
}

/** From the twelve limbs of a product to six, below p and balanced. */
function settle(): void {
  // Inside the upper half first: folding multiplies by up to 7*16, and the sums must stay below 2^53 units.
  carry(6, 11);
  for (let k = 11; k > 5; k--) fold(k, t[k] as number);
  round();
  round();
}

const store = (out: FieldVector, o: number): void => limbs(out).set(t.subarray(0, LIMBS), o * LIMBS);

const dot: FieldKernel["dot"] = (count, out, o, aVector, i, as, bVector, j, bs) => {
  const [a, b] = [limbs(aVector), limbs(bVector)];
  t.fill(0);
  for (let n = 0; n < count; n++) {
    const x = (i + n * as) * LIMBS;
    const y = (j + n * bs) * LIMBS;
    for (let k = 0; k < LIMBS; k++)
      for (let l = 0; l < LIMBS; l++) t[k + l] = (t[k + l] as number) + (a[x + k] as number) * (b[y + l] as number);
    if (n % BATCH === BATCH - 1) settle();
  }
  settle();
  store(out, o);
};

/** a + sign * b, limb by limb, then one round of carries. */
const addSigned =
  (sign: 1 | -1): FieldKernel["add"] =>
  (count, out, o, os, a, i, as, b, j, bs) => {
    for (let n = 0; n < count; n++) {
      for (let k = 0; k < LIMBS; k++)
        t[k] = (limbs(a)[(i + n * as) * LIMBS + k] as number) + sign * (limbs(b)[(j + n * bs) * LIMBS + k] as number);
      round();
      store(out, o + n * os);
    }
  };

/** Writes the digits less the modulus to `reduced`. @returns -1 where they were below it, else 0 */
function subtractModulus(): number {
  let rest = 0;
  for (let k = 0; k < LIMBS; k++) {
    rest += (digits[k] as number) - (DIGITS[k] as number);
    reduced[k] = rest & LOW22;
    rest >>= 22;
  }
  return rest;
}

export const compactField128: FieldKernel = {
  ...field128Parameters,
  newVector: (length) => new Float64Array(length * LIMBS) as unknown as FieldVector,
  lengthOf: (v) => limbs(v).length / LIMBS,
  add: /* @__PURE__ */ addSigned(1),
  sub: /* @__PURE__ */ addSigned(-1),
  mul: (count, out, o, os, a, i, as, b, j, bs) => {
    for (let n = 0; n < count; n++) dot(1, out, o + n * os, a, i + n * as, 0, b, j + n * bs, 0);
  },
  dot,
  copy: (count, out, o, os, a, i, as) => {
    for (let n = 0; n < count; n++)
      for (let k = 0; k < LIMBS; k++)
        limbs(out)[(o + n * os) * LIMBS + k] = limbs(a)[(i + n * as) * LIMBS + k] as number;
  },
  encodeInto(out, at, v, i, count) {
    let to = at;
    for (let n = 0; n < count; n++) {
      // |value| < p, so value + p lies in [0, 2p): carry it, then take p off again unless that goes below zero.
      let [rest, unit] = [0, 1];
      for (let k = 0; k < LIMBS; k++, unit *= 2 ** -22) {
        rest += (limbs(v)[(i + n) * LIMBS + k] as number) * unit + (DIGITS[k] as number);
        // The last digit keeps what is above it.
        digits[k] = k < 5 ? rest & LOW22 : rest;
        rest >>= 22;
      }
      const keep = subtractModulus();
      let [bytes, bits] = [0, 0];
      for (let k = 0; k < LIMBS; k++) {
        bytes |= (((digits[k] as number) & keep) | ((reduced[k] as number) & ~keep)) << bits;
        for (bits += k < 5 ? 22 : 18; bits >= 8; bits -= 8) {
          out[to++] = bytes;
          bytes >>>= 8;
        }
      }
    }
  },
  decodeInto(out, o, bytes, at, count) {
    let below = -1;
    for (let n = 0; n < count; n++) {
      let [word, bits, k] = [0, 0, 0];
      for (let from = at + n * ENCODED; from < at + (n + 1) * ENCODED; from++) {
        word |= (bytes[from] as number) << bits;
        bits += 8;
        if (bits >= 22) {
          digits[k++] = word & LOW22;
          word >>>= 22;
          bits -= 22;
        }
      }
      digits[k] = word;
      below &= subtractModulus();
      for (k = 0; k < LIMBS; k++) limbs(out)[(o + n) * LIMBS + k] = (digits[k] as number) * 2 ** (22 * k);
    }
    return below !== 0;
  },
};
