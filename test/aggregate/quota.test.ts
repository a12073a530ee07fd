import { describe, expect, test } from "vitest";
import { checkRoom, defaultQuota } from "../../src/aggregate/quota.ts";
import { newUploads } from "../../src/aggregate/upload.ts";
import { newWithdrawals } from "../../src/aggregate/withdraw.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { UploadErrors } from "../../src/protocol/dap/report.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { contributionOf, newRound, tallies } from "../support/rounds.ts";

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

describe("two processes of one party", () => {
  const setting = async () => {
    const one = newCluster({ noise: noNoise });
    const round = await newRound(one);
    const task = await round.task("leader");
    const process = (change: Partial<typeof defaultQuota>) =>
      newUploads(nodeCrypto, one.coordinatorStore, { ...defaultQuota, ...change });
    const total = async () => {
      const { leader } = await tallies(one, round.id);
      return leader.pending + leader.aggregating + leader.accepted + leader.rejected;
    };
    return { one, round, task, process, total };
  };

  test("take no more of a round than it has room for, and each of what the other does not need", async () => {
    const { round, task, process, total } = await setting();
    const most = { ...task, manifest: { ...task.manifest, batchMax: 7 } };
    const processes = [process({}), process({})];
    const errors: string[] = [];
    for (let i = 0; i < 12; i++) {
      const named = await processes[i % 3 === 0 ? 0 : 1]?.accept(most, await round.report(50), nowSeconds);
      errors.push(...UploadErrors.decode(named?.errors ?? new Uint8Array(1)).map(({ error }) => String(error)));
    }
    expect(errors).toEqual(new Array(5).fill("report_dropped"));
    expect(await total()).toBe(7);
  });

  test("hold no more of a task than one, and a new one after them neither", async () => {
    const { round, task, process, total } = await setting();
    const processes = [process({ perTask: 5 }), process({ perTask: 5 }), process({ perTask: 5 })];
    const reports = await Promise.all(Array.from({ length: 12 }, () => round.report(50)));
    const sent = await Promise.allSettled(
      reports.map((report, i) => processes[i % 3]?.accept(task, report, nowSeconds) as Promise<unknown>),
    );
    expect(sent.filter(({ status }) => status === "fulfilled")).toHaveLength(5);
    for (const one of sent) if (one.status === "rejected") expect(one.reason).toMatchObject({ code: "rate_limited" });
    expect(await total()).toBe(5);
  });

  test("take a burst together, of uploads and of withdrawals", async () => {
    const { one, round, task, process, total } = await setting();
    const slow = { perSecond: 0.01, burst: 6 };
    const uploads = [process(slow), process(slow)];
    const withdrawals = uploads.map(() =>
      newWithdrawals(nodeCrypto, one.coordinatorStore, { ...defaultQuota, ...slow, perTask: 5 }),
    );
    const reports = await Promise.all(Array.from({ length: 10 }, () => round.report(50)));
    const taken = async (work: (i: number) => Promise<unknown> | undefined) => {
      const ends = await Promise.allSettled(reports.map((_, i) => work(i) as Promise<unknown>));
      for (const end of ends) if (end.status === "rejected") expect(end.reason).toMatchObject({ code: "rate_limited" });
      return ends.filter(({ status }) => status === "fulfilled").length;
    };
    expect(await taken((i) => uploads[i % 2]?.accept(task, reports[i] as Uint8Array, nowSeconds))).toBe(6);
    expect(await total()).toBe(6);
    expect(await taken((i) => withdrawals[i % 2]?.take(round.id, nodeEntropy.bytes(32), nowSeconds))).toBe(5);
  });

  test("a withdrawal of a report that is here fills a place and needs none: strangers get what is left", async () => {
    const { one, round } = await setting();
    const withdrawals = newWithdrawals(nodeCrypto, one.coordinatorStore, { ...defaultQuota, perTask: 3 });
    const take = (secret: Uint8Array) => withdrawals.take(round.id, secret, nowSeconds);
    const stranger = () => take(nodeEntropy.bytes(32));
    const own: Uint8Array[] = [];
    for (let i = 0; i < 3; i++) {
      const { bytes, secret } = await round.reporter.seal(contributionOf(round.manifest, 62));
      expect(await round.send(bytes)).toBeUndefined();
      own.push(secret);
    }
    const [first, second, third] = own as [Uint8Array, Uint8Array, Uint8Array];
    expect([await stranger(), await take(first), await take(first), await take(second)]).toEqual(
      new Array(4).fill("withdrawn"),
    );
    await expect(stranger()).rejects.toMatchObject({ code: "rate_limited" });
    expect(await take(third)).toBe("withdrawn");
    expect(await one.coordinatorStore.read((rows) => rows.withdrawalCount(round.id))).toBe(4);
  });
});
