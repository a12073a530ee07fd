// Functions for the tests of the pool.
import { setTimeout } from "node:timers/promises";
import { threadId } from "node:worker_threads";
import { fail } from "../../../src/base/errors.ts";
import { exposeToPool } from "../../../src/platform/node/endpoint.ts";

export const functions = {
  async threadAfter(milliseconds: number): Promise<number> {
    await setTimeout(milliseconds);
    return threadId;
  },
  sum: (bytes: Uint8Array): number => bytes.reduce((total, byte) => total + byte, 0),
  refuse(): void {
    fail("verification_failed", "the proof is wrong", { hint: "drop the report" });
  },
  break(): void {
    throw new TypeError("no such thing");
  },
  spin(): void {
    for (;;);
  },
  die(): void {
    process.exit(3);
  },
};

exposeToPool(functions);
