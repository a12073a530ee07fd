// The randomised Hadamard rotation: x → H·D·x/√d, where D flips signs as a public seed says and H is the Walsh–Hadamard matrix.
// It keeps norms, spreads any one vector's weight evenly over the cells, and can be undone.
import { utf8 } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { TurboShake128 } from "./turboshake/turboshake.ts";

const LABEL = /* @__PURE__ */ utf8("paceline rotation v1\n");
/** Separation byte, apart from other uses of TurboSHAKE128. */
const DOMAIN = 0x52;
const LENGTH_MAX = 2 ** 24;

/** The power of two to which a vector is padded. @throws PacelineError invalid_argument */
export function rotatedLength(length: number): number {
  if (!(Number.isInteger(length) && length >= 1 && length <= LENGTH_MAX))
    fail("invalid_argument", `a vector of ${length} cells, between 1 and 2^24 are rotated`);
  return 2 ** Math.ceil(Math.log2(length));
}

/** @param seed public, of any length. @returns rotatedLength(values.length) cells of the same norm */
export function rotate(values: ArrayLike<number>, seed: Uint8Array): Float64Array {
  const out = new Float64Array(rotatedLength(values.length));
  out.set(values);
  flipSigns(out, seed);
  walshHadamard(out);
  return out;
}

/** Undoes `rotate`: the first `length` cells. */
export function rotateBack(rotated: ArrayLike<number>, seed: Uint8Array, length: number): Float64Array {
  if (rotatedLength(length) !== rotated.length)
    fail("invalid_argument", `${rotated.length} rotated cells are not of a vector of ${length}`);
  const out = Float64Array.from(rotated);
  walshHadamard(out);
  flipSigns(out, seed);
  return out.subarray(0, length);
}

/** v → H·v/√d in place, its own inverse; d = v.length, a power of two. */
function walshHadamard(v: Float64Array): void {
  const d = v.length;
  for (let half = 1; half < d; half *= 2)
    for (let start = 0; start < d; start += 2 * half)
      for (let i = start; i < start + half; i++) {
        const a = v[i] as number;
        const b = v[i + half] as number;
        v[i] = a + b;
        v[i + half] = a - b;
      }
  const norm = 1 / Math.sqrt(d);
  for (let i = 0; i < d; i++) v[i] = (v[i] as number) * norm;
}

function flipSigns(v: Float64Array, seed: Uint8Array): void {
  const bits = new Uint8Array(Math.ceil(v.length / 8));
  new TurboShake128(DOMAIN).absorb(LABEL).absorb(seed).squeezeInto(bits);
  for (let i = 0; i < v.length; i++) if ((((bits[i >> 3] as number) >> (i & 7)) & 1) === 1) v[i] = -(v[i] as number);
}
