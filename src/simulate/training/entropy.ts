// The entropy port for simulations: reproducible bytes, of the type that no production entry accepts.
import type { SeededEntropy } from "../../ports/entropy.ts";
import { Random } from "../random.ts";

/** Equal seeds give equal bytes. */
export function seededEntropy(seed: string): SeededEntropy {
  const random = new Random(seed);
  return { kind: "seeded", bytes: (length) => Uint8Array.from({ length }, () => random.below(256)) };
}
