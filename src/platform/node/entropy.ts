// The Entropy port on node:crypto.
import { randomFillSync } from "node:crypto";
import type { Entropy } from "../../ports/entropy.ts";

const poolBytes = 16_384;
const pool = new Uint8Array(poolBytes);
let used = poolBytes;

/**
 * Small requests (a sampler asks for a few bytes at a time) are served from a pool, a system call each costs 1–2 µs.
 * Every byte is handed out once and wiped from the pool. Processes and worker threads load this module anew, so no two
 * of them ever share a pool.
 */
export const nodeEntropy: Entropy = {
  kind: "csprng",
  bytes(length) {
    if (length > poolBytes / 4) return randomFillSync(new Uint8Array(length));
    if (length > poolBytes - used) {
      randomFillSync(pool);
      used = 0;
    }
    const out = pool.slice(used, used + length);
    pool.fill(0, used, used + length);
    used += length;
    return out;
  },
};
