import { describe, expect, test } from "vitest";
import { checkRoom, defaultQuota, newRateLimit } from "../../src/aggregate/quota.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { newRound, tallies } from "../support/rounds.ts";

const quota = { perSecond: 10, burst: 50, perTask: 1000, bytes: 1 };
const task = (n: number) => new Uint8Array(32).fill(n);

describe("the rate of one task", () => {
  test("a burst, then so many a second; other tasks are not concerned", () => {
    const rate = newRateLimit(quota);
    for (let i = 0; i < 50; i++) rate.take(task(1), 1, 100);
    expect(() => rate.take(task(1), 1, 100)).toThrow(expect.objectContaining({ code: "rate_limited" }));
    rate.take(task(2), 50, 100);
    rate.take(task(1), 10, 101);
    expect(() => rate.take(task(1), 1, 101)).toThrow(expect.objectContaining({ code: "rate_limited" }));
    // What was refused took nothing, and what was saved up is a burst at most.
    rate.take(task(1), 10, 102);
    rate.take(task(1), 50, 1_000_000);
    expect(() => rate.take(task(1), 1, 1_000_000)).toThrow();
  });

  test("a clock that is set back gives nothing away", () => {
    const rate = newRateLimit(quota);
    rate.take(task(1), 50, 100);
    for (const now of [90, 100, 90, 99]) {
      if (now === 90) expect(() => rate.take(task(1), 1, now)).toThrow();
    }
    expect(() => rate.take(task(1), 50, 93)).toThrow();
    rate.take(task(1), 50, 98);
  });
});

test("the room of the whole store", () => {
  checkRoom(100, 100);
  expect(() => checkRoom(101, 100)).toThrow(expect.objectContaining({ code: "storage_full" }));
});

describe("uploads beyond a quota", () => {
  const cluster = (change: Partial<typeof defaultQuota>) =>
    newCluster({ noise: noNoise, terms: { uploads: { ...defaultQuota, ...change } } });

  test("come too fast: refused under a code that lets devices wait, and nothing of the body is stored", async () => {
    const one = cluster({ burst: 3, perSecond: 0.001 });
    const round = await newRound(one);
    const reports = await Promise.all([50, 60, 70, 80].map((value) => round.report(value)));
    for (const report of reports.slice(0, 3)) expect(await round.send(report)).toBeUndefined();
    await expect(round.send(reports[3] as Uint8Array)).rejects.toMatchObject({ code: "rate_limited" });
    const { leader } = await tallies(one, round.id);
    expect(leader.pending + leader.aggregating + leader.accepted + leader.rejected).toBe(3);
  });

  test("are more than the task may hold; a replay holds nothing", async () => {
    const one = cluster({ perTask: 2 });
    const round = await newRound(one);
    const [first, second, third] = await Promise.all([50, 60, 70].map((value) => round.report(value)));
    expect(await round.send(first as Uint8Array)).toBeUndefined();
    expect(await round.send(first as Uint8Array)).toBe("report_replayed");
    expect(await round.send(second as Uint8Array)).toBeUndefined();
    await expect(round.send(third as Uint8Array)).rejects.toMatchObject({ code: "rate_limited" });
  });

  test("find no room: 507, and those that wait together are all told", async () => {
    const one = cluster({ bytes: -1 });
    const round = await newRound(one);
    const reports = await Promise.all([50, 60, 70].map((value) => round.report(value)));
    const sent = await Promise.allSettled(reports.map((report) => round.send(report)));
    for (const outcome of sent) expect(outcome).toMatchObject({ status: "rejected", reason: { code: "storage_full" } });
    expect((await tallies(one, round.id)).leader).toMatchObject({ pending: 0, accepted: 0 });
  });
});
