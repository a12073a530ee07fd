// Sums of a batch keep the sum and a page, however many rounds there were.
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import { newBatchSum } from "../../src/aggregate/sum.ts";
import { nodeEntropy, nodeKeystream } from "../../src/platform/node/index.ts";
import { sumsInPlace } from "../../src/protocol/masks.ts";

test("a thousand rounds leave nothing behind, at the leader and at the helper", async () => {
  setFlagsFromString("--expose-gc");
  const gc = runInNewContext("gc") as () => void;
  const vdaf = { type: "AdditiveSum", length: 20_000, bits: 32 } as const;
  const summing = { sumMasks: sumsInPlace(nodeKeystream) };
  const share = nodeEntropy.bytes(80_000);
  const key = nodeEntropy.bytes(32);
  const used = async () => {
    gc();
    // Buffers' memory is given back on another thread, a little later.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const rounds = async (count: number) => {
    for (let round = 0; round < count; round++)
      for (const [role, one] of [
        ["leader", share],
        ["helper", key],
      ] as const)
        await newBatchSum(vdaf, role, summing).add([one, one]);
  };
  await rounds(50);
  const before = await used();
  await rounds(1000);
  // A single round left behind a hundred times would be 8 MB.
  expect((await used()) - before).toBeLessThan(4_000_000);
});
