// Inversion on the non-negative integers, exact: a uniform real is compared with the distribution function, both known
// as far as needed. One word of the uniform and a table of words decide nearly always; where a word equals the table's,
// more bits of both are compared, in integers with every rounding directed outwards.
import type { Bounds } from "../accounting/exp-bounds.ts";
import type { BitSource } from "./bit-source.ts";

/**
 * F(0), F(1), F(2), … without end, each as lower ≤ F · 2^bits ≤ upper. Lower and upper do not fall, and come as close
 * as one likes for large `bits`.
 */
export type Cumulative = (bits: bigint) => Iterable<Bounds>;

/** Leading bits of a word that the guide looks up. */
const guideBits = 8;

/** @param wordBytes width of the fast path, 1 … 4; narrow words leave more to the exact comparison. */
export function inversionSampler(cumulative: Cumulative, wordBytes = 4): (bits: BitSource) => number {
  const width = 8 * wordBytes;
  const words = wordTable(cumulative, width);
  const guide = new Uint32Array(1 << guideBits);
  const shift = 2 ** (width - guideBits);
  for (let slot = 0, i = 0; slot < guide.length; slot++) {
    while ((words[i] as number) < slot * shift) i++;
    guide[slot] = i;
  }
  return (bits) => {
    const word = bits.word(wordBytes);
    let i = guide[Math.floor(word / shift)] as number;
    while (word > (words[i] as number)) i++;
    return word < (words[i] as number) ? i : refine(cumulative, bits, word, wordBytes);
  };
}

/**
 * ⌊F(i) · 2^width⌋ up to the first that is all ones: no word is above it. A uniform real that starts with a word below
 * entry i is below F(i), one that starts with a word above it is not.
 */
function wordTable(cumulative: Cumulative, width: number): Uint32Array {
  const last = 2 ** width - 1;
  for (let guard = 64n; ; guard *= 2n) {
    const words: number[] = [];
    for (const { lower, upper } of cumulative(BigInt(width) + guard)) {
      const word = Math.min(last, Number(lower >> guard));
      if (word !== Math.min(last, Number(upper >> guard))) break;
      words.push(word);
      if (word === last) return Uint32Array.from(words);
    }
  }
}

/** The least i with u < F(i), for a uniform real u that starts with `word`. */
function refine(cumulative: Cumulative, bits: BitSource, word: number, wordBytes: number): number {
  const more = BigInt(8 * wordBytes);
  for (let [u, known] = [BigInt(word), more]; ; u = (u << more) | BigInt(bits.word(wordBytes)), known += more) {
    let i = 0;
    for (const { lower, upper } of cumulative(known)) {
      if (u < lower) return i;
      if (u < upper) break;
      i++;
    }
  }
}
