// The engine that counts work agrees with what the messages' lengths say.
import { expect, test } from "vitest";
import { countingEngine, noWork } from "../../bench/prio3/count.ts";
import { jobs } from "../../bench/prio3/jobs.ts";
import { checkReports, shardAll } from "../../bench/prio3/own.ts";

test("permutations of sharding follow from the bytes that streams take and give", () => {
  const work = noWork();
  const all = jobs(() => countingEngine(work));
  const perReport = (id: string): number => {
    const job = all.find((candidate) => candidate.id === id) as (typeof all)[number];
    work.permutations = 0;
    const reports = shardAll(job);
    const permutations = work.permutations / reports.length;
    expect(work.multiplications).toBeGreaterThan(0);
    checkReports("counting", job, reports);
    return permutations;
  };
  const out = (bytes: number) => Math.ceil(bytes / 168);
  const into = (bytes: number) => Math.floor(bytes / 168) + 1;
  // Length and tag (8 bytes and the context), length and seed: what every stream begins with.
  const head = 2 + 8 + 38 + 1 + 32;
  // The helper's measurement and proof shares, the prover's randomness.
  expect(perReport("count")).toBe(3);
  // 1000 elements, proofs of 129, 31 gadget calls of 66 inputs; both parts of the joint randomness, its seed, itself.
  const parts = 2 * into(head + 1 + 16 + 16 * 1000) + into(head + 2 * 32) + out(16 * 31);
  expect(perReport("sumvec")).toBe(out(16 * 1000) + out(16 * 129) + out(16 * 66) + parts);
});
