// Keccak-p[1600, 12] in loops: a quarter of the unrolled one's size, for pages that make a report now and then.
import type { KeccakState } from "./keccak.ts";

/** Low and high words of the last twelve round constants, by their low sixteen bits and the highest bit of each word. */
const ROUNDS = [0x808b, 0x8b, 0x8089, 0x8003, 0x8002, 0x80, 0x800a, 0xa, 0x8081, 0x8080, 0x1, 0x8008];
/** Rounds whose low word, and whose high word, has its highest bit set: bit i for round i. */
const [LOW_TOP, HIGH_TOP] = [0b1101_1000_0001, 0b1011_1011_1110];
/** The cycle of pi through the lanes that move. */
const PI = [10, 7, 11, 17, 18, 3, 5, 16, 8, 21, 24, 4, 15, 23, 19, 13, 12, 2, 20, 14, 22, 9, 6, 1];

/** Applies the twelve rounds in place. */
export function compactKeccakP12(state: KeccakState): void {
  const s: Int32Array = state;
  const at = (i: number): number => s[i] as number;
  const c = new Int32Array(10);
  const col = (i: number): number => c[i % 10] as number;
  for (let round = 0; round < 12; round++) {
    // theta, a half of a lane a step
    for (let x = 0; x < 10; x++) c[x] = at(x) ^ at(x + 10) ^ at(x + 20) ^ at(x + 30) ^ at(x + 40);
    for (let x = 0; x < 10; x++) {
      const d = col(x + 8) ^ ((col(x + 2) << 1) | (col((x + 2) ^ 1) >>> 31));
      for (let y = x; y < 50; y += 10) s[y] = at(y) ^ d;
    }
    // rho and pi
    let [low, high] = [at(2), at(3)];
    for (let t = 0, turn = 1; t < 24; turn += ++t + 1) {
      const to = 2 * (PI[t] as number);
      const k = turn & 31;
      if (turn & 32) [low, high] = [high, low];
      const [l, h] = [low, high];
      [low, high] = [at(to), at(to + 1)];
      // A turn is never by a multiple of 32.
      s[to] = (l << k) | (h >>> (32 - k));
      s[to + 1] = (h << k) | (l >>> (32 - k));
    }
    // chi
    for (let y = 0; y < 50; y += 10) {
      for (let x = 0; x < 10; x++) c[x] = at(y + x);
      for (let x = 0; x < 10; x++) s[y + x] = at(y + x) ^ (~col(x + 2) & col(x + 4));
    }
    // iota
    s[0] = at(0) ^ (ROUNDS[round] as number) ^ (((LOW_TOP >> round) & 1) << 31);
    s[1] = at(1) ^ (((HIGH_TOP >> round) & 1) << 31);
  }
}
