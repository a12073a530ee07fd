// Vectors of integers modulo 2^16, 2^32 or 2^64 as their bytes, little-endian, flat: what is masked, sent and summed. Adding
// takes no branch and no address from a value.
import { fail, invariant } from "../base/errors.ts";
import type { Width } from "./widths.ts";

export { type Width, widths } from "./widths.ts";

/** Elements of a vector. */
export const LENGTH_MAX = 2 ** 24;

if (new Uint8Array(Uint16Array.of(1).buffer)[0] !== 1)
  fail("unsupported", "masked sums are computed on little-endian machines only");

export const bytesOf = (length: number, width: Width): number => (length * width) / 8;

/** `to` += `words`, or -= for sign -1, of one length. */
export function accumulate(width: Width, to: Uint8Array, words: Uint8Array, sign: 1 | -1 = 1): void {
  invariant(to.length === words.length && to.length % (width / 8) === 0, "vectors of one length");
  if (width === 16) accumulate16(to, aligned(words), sign);
  else if (width === 32) accumulate32(integers(to), integers(aligned(words)), sign);
  else accumulate64(integers(to), integers(aligned(words)), sign);
}

/** Of two halves in one integer: their highest bits. */
const HIGHEST = 0x80008000;

/** Two at a time, in one integer: the highest bits are left out of the sum, so that nothing is carried from one to the other. */
function accumulate16(to: Uint8Array, words: Uint8Array, sign: number): void {
  const pairs = to.length >> 2;
  const [out, own] = [integers(to.subarray(0, 4 * pairs)), integers(words.subarray(0, 4 * pairs))];
  for (let i = 0; i < pairs; i++) {
    const a = out[i] as number;
    const b = own[i] as number;
    out[i] =
      sign > 0
        ? ((a & ~HIGHEST) + (b & ~HIGHEST)) ^ ((a ^ b) & HIGHEST)
        : ((a | HIGHEST) - (b & ~HIGHEST)) ^ (~(a ^ b) & HIGHEST);
  }
  for (let i = 4 * pairs; i < to.length; i += 2) {
    const [last, other] = [halves(to.subarray(i, i + 2)), halves(words.subarray(i, i + 2))];
    last[0] = (last[0] as number) + sign * (other[0] as number);
  }
}

/** A loop each, over a length that is asked for once: V8 makes of both in one what takes twice as long. */
function accumulate32(to: Int32Array, words: Int32Array, sign: number): void {
  if (sign > 0) add32(to, words, to.length);
  else subtract32(to, words, to.length);
}

function add32(to: Int32Array, words: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) to[i] = ((to[i] as number) + (words[i] as number)) | 0;
}

function subtract32(to: Int32Array, words: Int32Array, length: number): void {
  for (let i = 0; i < length; i++) to[i] = ((to[i] as number) - (words[i] as number)) | 0;
}

/** Halves with the carry, or the borrow, computed from the bits. */
function accumulate64(to: Int32Array, words: Int32Array, sign: number): void {
  const { length } = to;
  for (let i = 0; i < length; i += 2) {
    const a = to[i] as number;
    const b = words[i] as number;
    const high = words[i + 1] as number;
    if (sign > 0) {
      const sum = (a + b) | 0;
      to[i] = sum;
      to[i + 1] = ((to[i + 1] as number) + high + (((a & b) | ((a | b) & ~sum)) >>> 31)) | 0;
    } else {
      const difference = (a - b) | 0;
      to[i] = difference;
      to[i + 1] = ((to[i + 1] as number) - high - (((~a & b) | (~(a ^ b) & difference)) >>> 31)) | 0;
    }
  }
}

/** Integers within ±2^53, reduced modulo 2^width. @throws PacelineError invalid_argument */
export function toWords(values: ArrayLike<number>, width: Width): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(bytesOf(values.length, width));
  const view = new DataView(out.buffer);
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    if (!Number.isSafeInteger(value)) fail("invalid_argument", `element ${i} is no whole number within ±2^53`);
    // Both are reduced modulo their width.
    if (width === 16) view.setInt16(2 * i, value % 2 ** 16, true);
    else view.setInt32((width / 8) * i, value % 2 ** 32, true);
    if (width === 64) view.setInt32(8 * i + 4, Math.floor(value / 2 ** 32), true);
  }
  return out;
}

/** Adds integers of any size, such as noise, modulo 2^width. */
export function addIntegers(width: Width, to: Uint8Array, values: readonly bigint[]): void {
  invariant(to.length === bytesOf(values.length, width), "vectors of one length");
  const words = new Uint8Array(to.length);
  const view = new DataView(words.buffer);
  values.forEach((value, i) => {
    const reduced = BigInt.asUintN(width, value);
    if (width === 16) view.setUint16(2 * i, Number(reduced), true);
    else if (width === 32) view.setUint32(4 * i, Number(reduced), true);
    else view.setBigUint64(8 * i, reduced, true);
  });
  accumulate(width, to, words);
}

/** A sum's integers, centred: [-2^(width-1), 2^(width-1)). Only what may be known: this tells values apart by time. */
export function fromWords(words: Uint8Array, width: Width): bigint[] {
  const view = new DataView(words.buffer, words.byteOffset, words.byteLength);
  return Array.from({ length: words.length / (width / 8) }, (_, i) => {
    if (width === 64) return view.getBigInt64(8 * i, true);
    return BigInt(width === 16 ? view.getInt16(2 * i, true) : view.getInt32(4 * i, true));
  });
}

/** Typed arrays want their start at a multiple of the element; messages' parts start anywhere. */
function aligned(bytes: Uint8Array): Uint8Array {
  return bytes.byteOffset % 8 === 0 ? bytes : Uint8Array.from(bytes);
}

const halves = (bytes: Uint8Array) => new Uint16Array(bytes.buffer, bytes.byteOffset, bytes.length / 2);
const integers = (bytes: Uint8Array) => new Int32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4);
