import { expect } from "vitest";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { newRound, tallies } from "../support/rounds.ts";

/** Sends one fresh report for every `stride`-th bit, with that bit flipped, among honest ones, and collects. */
export async function flipBits(stride: number): Promise<void> {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  const bits = 8 * (await round.report(50)).length;
  let taken = 0;
  for (let bit = 0; bit < bits; bit += stride) {
    const flipped = await round.report(50);
    flipped[bit >> 3] = (flipped[bit >> 3] as number) ^ (1 << (bit & 7));
    try {
      if ((await round.send(flipped)) === undefined) taken += 1;
    } catch (error) {
      expect(error).toMatchObject({ code: "invalid_message" });
    }
  }
  // Most flips lie within ciphertexts: they are stored, and refused only when the aggregators look inside.
  expect(taken).toBeGreaterThan((0.8 * bits) / stride);
  await round.fill([50, 50, 65, 65, 65, 80, undefined]);
  expect(decodeRelease(await cluster.coordinator.collect(round.id)).values).toEqual([2, 3, 1]);
  const { leader, helper } = await tallies(cluster, round.id);
  expect(leader).toEqual({ pending: 0, aggregating: 0, accepted: 7, rejected: taken });
  expect(helper).toMatchObject({ accepted: 7 });
}
