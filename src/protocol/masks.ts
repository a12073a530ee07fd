// A mask is the keystream of AES-256-CTR under a key of its own, from counter 0: uniform words, as long as the vector. It is
// made and added piece by piece, so that no second vector is in memory.
import { invariant } from "../base/errors.ts";
import { type AddWords, plainAddWords } from "../math/wasm/words.ts";
import { accumulate, bytesOf, type Width } from "../math/words.ts";
import type { Keystream } from "../ports/keystream.ts";

/** Bytes made at a time: enough that a call of WebCrypto costs little beside them. */
const PIECE_BYTES = 2 ** 18;

export interface Mask {
  /** 32 bytes, used for nothing else. */
  readonly key: Uint8Array;
  readonly sign: 1 | -1;
}

/** Adds each mask to `words`, or takes it off. */
export async function applyMasks(
  keystream: Keystream,
  width: Width,
  words: Uint8Array,
  masks: Iterable<Mask>,
): Promise<void> {
  for (const { key, sign } of masks) {
    invariant(key.length === 32, "a mask's key has 32 bytes");
    for (let at = 0; at < words.length; at += PIECE_BYTES) {
      const piece = words.subarray(at, at + PIECE_BYTES);
      const mask = await keystream(key, counterAt(at / 16), piece.length);
      accumulate(width, piece, mask, sign);
      giveBack(mask);
    }
  }
}

/** Masks that are added together, where there are many. */
const TOGETHER = 4;

/** The sum, modulo 2^width, of the masks of these keys: `length` words, little-endian. Worth a thread of its own. */
export type SumMasks = (width: Width, length: number, keys: readonly Uint8Array[]) => Promise<Uint8Array>;

/** In place. */
export const sumsInPlace =
  (keystream: Keystream, addWords: AddWords = plainAddWords): SumMasks =>
  async (width, length, keys) => {
    const total = new Uint8Array(bytesOf(length, width));
    await addMasks(keystream, addWords, width, total, keys);
    return total;
  };

/** Adds the masks of all keys to `words`, all of them to a piece before the next. */
export async function addMasks(
  keystream: Keystream,
  addWords: AddWords,
  width: Width,
  words: Uint8Array,
  keys: readonly Uint8Array[],
): Promise<void> {
  for (const key of keys) invariant(key.length === 32, "a mask's key has 32 bytes");
  for (let at = 0; at < words.length; at += PIECE_BYTES) {
    const piece = words.subarray(at, at + PIECE_BYTES);
    const counter = counterAt(at / 16);
    for (let from = 0; from < keys.length; from += TOGETHER) {
      const some = keys.slice(from, from + TOGETHER);
      const masks = await Promise.all(some.map((key) => keystream(key, counter, piece.length)));
      addWords(width, piece, masks);
      for (const mask of masks) giveBack(mask);
    }
  }
}

/**
 * What a mask took: the garbage collector learns of memory outside its heap late, and looking for it costs as much as adding the mask.
 * A part of a larger buffer, and what an engine cannot give back, is left to it.
 */
function giveBack({ buffer, length }: Uint8Array): void {
  if (buffer instanceof ArrayBuffer && buffer.byteLength === length) buffer.transfer?.(0);
}

function counterAt(block: number): Uint8Array {
  const counter = new Uint8Array(16);
  new DataView(counter.buffer).setUint32(12, block);
  return counter;
}
