// The last step on a ring, with more masks than are summed at a time: what other threads sum counts as if it were summed in place, and
// when they fail there is no sum.
import { beforeAll, expect, test } from "vitest";
import { type LastStep, lastStep } from "../../../bench/learning/masked/unmasking.ts";
import { toHex } from "../../../src/base/bytes.ts";
import { fail } from "../../../src/base/errors.ts";
import { nodeCrypto, nodeKeystream } from "../../../src/platform/node/index.ts";
import { type SumMasks, sumsInPlace } from "../../../src/protocol/masks.ts";
import { unmaskSum } from "../../../src/protocol/secagg/coordinator/unmasking.ts";
import { cohortOf, plainSum, run, sumOf } from "./cohort.ts";

const TOGETHER = 30;
const ports = { crypto: nodeCrypto, keystream: nodeKeystream };
let last: LastStep;
beforeAll(async () => {
  last = await lastStep(24, 7, 16, 1024);
});

test("every mask comes off, whoever sums them, and the sum that was given is left as it was", async () => {
  expect(last.masks).toBeGreaterThan(2 * TOGETHER);
  const before = toHex(last.sum);
  let keys = 0;
  const sumMasks: SumMasks = async (width, length, some) => {
    keys += some.length;
    return await sumsInPlace(nodeKeystream)(width, length, some);
  };
  const out = await unmaskSum({ ...ports, sumMasks }, last.masked, last.sum, TOGETHER);
  expect(toHex(out)).toBe(toHex(last.plain));
  expect(keys).toBe(last.masks);
  expect(toHex(await unmaskSum(ports, last.masked, last.sum))).toBe(toHex(last.plain));
  expect(toHex(last.sum)).toBe(before);
});

test.each([1, 2, 3])("threads that fail at their call %i give no sum", async (at) => {
  let calls = 0;
  const sumMasks: SumMasks = async (width, length, some) => {
    if (++calls === at) throw new Error("a thread is gone");
    return await sumsInPlace(nodeKeystream)(width, length, some);
  };
  await expect(unmaskSum({ ...ports, sumMasks }, last.masked, last.sum, TOGETHER)).rejects.toThrow("a thread is gone");
});

// Codes that a pool of threads fails with, and one of no pool.
test.each(["unavailable", "unsupported", "internal"] as const)(
  "threads that are %s end no round: asked again, it has its sum",
  async (code) => {
    let calls = 0;
    const sumMasks: SumMasks = async (width, length, some) => {
      if (++calls === 1) fail(code, "the worker pool is closed");
      return await sumsInPlace(nodeKeystream)(width, length, some);
    };
    const cohort = cohortOf({ members: 7 });
    // The last word closes the stage, in vain; the clock closes it again.
    const coordinator = await run(cohort, {
      ports: { ...ports, sumMasks },
      silent: (stage, i) => stage === "vectors" && i < 2,
    });
    expect(calls).toBeGreaterThan(1);
    expect(coordinator.stage).toBe("done");
    expect(sumOf(coordinator, cohort)).toEqual(plainSum(cohort, [2, 3, 4, 5, 6]));
  },
);
