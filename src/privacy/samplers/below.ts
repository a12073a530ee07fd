// Coins whose probability is a real number: a uniform real, known by its leading bits, is compared with bounds of the
// probability. One word and an approximation with a proven error decide nearly always; where they do not, integers rounded
// outwards do, with as many bits as it takes.
import type { Bounds } from "../accounting/exp-bounds.ts";
import type { BitSource } from "./bit-source.ts";

/** Twice what an approximation may be wrong by. */
const slack = 2 ** -39;

/**
 * True with probability p.
 * @param approximation p within 2^-40; undefined when there is none
 * @param bounds lower ≤ p · 2^bits ≤ upper, as close as one likes for large `bits`
 * @param wordBytes width of the first comparison, 1 … 4; narrow words leave more to the exact one
 */
export function belowProbability(
  source: BitSource,
  approximation: number | undefined,
  bounds: (bits: bigint) => Bounds,
  wordBytes = 4,
): boolean {
  const word = source.word(wordBytes);
  if (approximation !== undefined) {
    const words = 256 ** wordBytes;
    if ((word + 1) / words <= approximation - slack) return true;
    if (word / words >= approximation + slack) return false;
  }
  const more = BigInt(8 * wordBytes);
  for (let [u, bits] = [BigInt(word), more]; ; u = (u << more) | BigInt(source.word(wordBytes)), bits += more) {
    const { lower, upper } = bounds(bits);
    if (u < lower) return true;
    if (u >= upper) return false;
  }
}
