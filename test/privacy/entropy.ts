// Reproducible bytes for the tests of this room, and a tape that runs out.
import seedrandom from "seedrandom";
import type { SeededEntropy } from "../../src/ports/entropy.ts";

export function seededEntropy(seed: string): SeededEntropy {
  const random = seedrandom.xor4096(seed);
  return {
    kind: "seeded",
    bytes: (length) => {
      const words = new Int32Array(Math.ceil(length / 4));
      for (let i = 0; i < words.length; i++) words[i] = random.int32();
      return new Uint8Array(words.buffer, 0, length);
    },
  };
}

export class TapeEnded extends Error {}

/** Gives the tape's bytes one by one, then throws. */
export function tape(bytes: readonly number[]): SeededEntropy {
  let at = 0;
  return {
    kind: "seeded",
    bytes: (length) => {
      if (at + length > bytes.length) throw new TapeEnded();
      const out = Uint8Array.from(bytes.slice(at, at + length));
      at += length;
      return out;
    },
  };
}
