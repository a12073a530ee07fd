// Withdrawal of reports, step by step: what is withdrawn leaves count, checksum and sum at both aggregators, whichever of them heard
// of it; what is collected stands.
import { describe, expect, test } from "vitest";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { batches, bins, type Made, make, parties, setting, seven, storeOf, withdraw } from "../support/withdrawals.ts";

describe("until the batch is collected", () => {
  test.each(parties)(
    "a verified report withdrawn at the %s alone is in neither's count, checksum or sum",
    async (party) => {
      const { cluster, round, reports, verified, collect, stateOf } = await setting({ terms: { jobReports: 7 } });
      await verified();
      const [first] = reports as [Made];
      expect(await withdraw(cluster, party, round, first)).toBe(false);
      expect(await stateOf(party, first)).toBe("rejected");
      expect(await withdraw(cluster, party, round, first)).toBe(false);
      expect(bins(await collect())).toEqual([2, 2, 2]);
      const [leader, helper] = await batches(cluster, round);
      expect(leader).toMatchObject({ count: 6 });
      expect(helper).toEqual(leader);
      for (const one of parties) expect(await stateOf(one, first)).toBe("rejected");
      // Its id stays: it cannot come again.
      expect(await round.send(first.bytes)).toMatch(/report_replayed|batch_collected/);
    },
  );

  test("withdrawn at both, or different ones at each: all of them are out", async () => {
    const { cluster, round, reports, verified, collect } = await setting({
      terms: { jobReports: 10 },
      values: [...seven, 50, 65, 80],
    });
    await verified();
    const [a, b, , c] = reports as [Made, Made, Made, Made];
    await withdraw(cluster, "coordinator", round, a);
    await withdraw(cluster, "helper", round, a);
    await withdraw(cluster, "coordinator", round, b);
    await withdraw(cluster, "helper", round, c);
    expect(bins(await collect())).toEqual([2, 2, 3]);
  });

  test("one that the leader has not verified yet: its shares are gone at once, and the helper never sees it", async () => {
    const { cluster, round, reports, collect, stateOf } = await setting();
    const [first] = reports as [Made];
    expect(await withdraw(cluster, "coordinator", round, first)).toBe(false);
    const row = await cluster.coordinatorStore.transaction((rows) => rows.report(round.id, first.id));
    expect(row).toMatchObject({ state: "rejected", error: 3, upload: null, outputShare: null });
    expect(await round.send(first.bytes)).toBe("report_replayed");
    expect(bins(await collect())).toEqual([2, 2, 2]);
    expect(await stateOf("helper", first)).toBeUndefined();
  });

  test("the helper hears of it before the report comes: it refuses the report, and keeps its id", async () => {
    const { cluster, round, reports, collect, stateOf } = await setting();
    const [first] = reports as [Made];
    expect(await withdraw(cluster, "helper", round, first)).toBe(false);
    expect(bins(await collect())).toEqual([2, 2, 2]);
    expect([await stateOf("coordinator", first), await stateOf("helper", first)]).toEqual(["rejected", "rejected"]);
  });

  test("the leader hears of it before the upload that was overtaken: it is not in the sum", async () => {
    const { cluster, round, reports, collect, stateOf } = await setting({ sent: false });
    const [first, ...rest] = reports as [Made, ...Made[]];
    expect(await withdraw(cluster, "coordinator", round, first)).toBe(false);
    for (const { bytes } of [first, ...rest]) expect(await round.send(bytes)).toBeUndefined();
    expect(bins(await collect())).toEqual([2, 2, 2]);
    expect(await stateOf("coordinator", first)).toBe("rejected");
  });

  test.each([
    "coordinator:job-written",
    "helper:job-verified",
    "helper:job-answered",
    "coordinator:job-answered",
  ] as const)("while it is in a job, at %s: it is out when the job ends", async (point) => {
    for (const party of parties) {
      const { cluster, round, reports, at, collect } = await setting();
      const [first] = reports as [Made];
      const said: Promise<boolean>[] = [];
      at.set(point, () => said.length === 0 && said.push(withdraw(cluster, party, round, first)));
      expect(bins(await collect())).toEqual([2, 2, 2]);
      expect(await Promise.all(said)).toEqual([false]);
    }
  });

  test("what the helper was told and has forgotten, restored from a copy, it is told again", async () => {
    const { cluster, round, reports, verified, collect } = await setting({ terms: { jobReports: 7 } });
    await verified();
    await withdraw(cluster, "coordinator", round, reports[0] as Made);
    await cluster.coordinatorStore.transaction(async (rows) => {
      const row = await rows.withdrawal(round.id, (reports[0] as Made).id);
      if (row === undefined) throw new Error("withdrawn");
      await rows.putWithdrawal({ ...row, state: "shared" });
    });
    expect(bins(await collect())).toEqual([2, 2, 2]);
  });

  test("a null report is withdrawn as any other, and says nothing less", async () => {
    const { cluster, round, reports, verified } = await setting({ terms: { jobReports: 7 } });
    const [empty] = await make(round, [undefined]);
    if (empty === undefined) throw new Error("made");
    expect(await round.send(empty.bytes)).toBeUndefined();
    expect(empty.bytes.length).toBe(reports[0]?.bytes.length);
    await verified();
    const before = cluster.traffic.length;
    for (const one of [empty, reports[0] as Made]) await withdraw(cluster, "helper", round, one);
    const [null_, real] = cluster.traffic.slice(before);
    expect([null_?.request.length, null_?.response]).toEqual([real?.request.length, real?.response]);
  });
});

describe("once it is collected, or being collected", () => {
  test("a withdrawal is answered that the report stands, as for any report that never was; nothing changes", async () => {
    const { cluster, round, reports, collect, drawn } = await setting();
    await collect();
    const before = [await cluster.coordinator.release(round.id), await batches(cluster, round)];
    const [first] = reports as [Made];
    const never = { secret: nodeEntropy.bytes(32) };
    for (const party of parties)
      for (const one of [first, first, never]) expect(await withdraw(cluster, party, round, one)).toBe(true);
    expect([await cluster.coordinator.collect(round.id), await batches(cluster, round)]).toEqual(before);
    expect(drawn).toEqual(["helper", "leader"]);
    for (const party of parties) {
      const rows = await storeOf(cluster, party).transaction(async (tx) => [
        await tx.withdrawalCount(round.id),
        await tx.closing(round.id),
      ]);
      expect(rows).toEqual([0, undefined]);
    }
  });

  test.each(["coordinator:closed", "coordinator:share-received", "coordinator:batch-written"] as const)(
    "at %s it stands at the leader, and the helper's word decides",
    async (point) => {
      const { cluster, round, reports, at, collect } = await setting();
      const [first] = reports as [Made];
      const said: Promise<boolean>[] = [];
      at.set(point, () => said.length === 0 && said.push(withdraw(cluster, "coordinator", round, first)));
      expect(bins(await collect())).toEqual([3, 2, 2]);
      expect(await Promise.all(said)).toEqual([true]);
      const [leader, helper] = await batches(cluster, round);
      expect(helper).toEqual(leader);
    },
  );

  test("of a batch that the helper did not give, what came late is out the next time", async () => {
    const { cluster, round, reports, at, collect } = await setting({ values: [...seven, 50, 65] });
    const [late, other] = reports as [Made, Made];
    const said: Promise<boolean>[] = [];
    at.set("coordinator:closed", () => {
      if (said.length > 0) return;
      said.push(withdraw(cluster, "coordinator", round, late), withdraw(cluster, "helper", round, other));
    });
    expect(bins(await collect())).toEqual([2, 3, 2]);
    expect(await Promise.all(said)).toEqual([true, false]);
  });

  test("asked for several times at once, with withdrawals in between, is one batch at both", async () => {
    const { cluster, round, reports, at, drawn } = await setting({ values: [...seven, ...seven] });
    const said: Promise<boolean>[] = [];
    at.set("coordinator:closed", () => {
      const one = reports[said.length];
      if (said.length < 4 && one !== undefined)
        said.push(withdraw(cluster, said.length % 2 === 0 ? "helper" : "coordinator", round, one));
    });
    const all = await Promise.allSettled([1, 2, 3].map(() => cluster.coordinator.collect(round.id)));
    const release = await cluster.coordinator.collect(round.id);
    for (const one of all) if (one.status === "fulfilled") expect(one.value).toEqual(release);
    const [leader, helper] = await batches(cluster, round);
    expect(helper).toEqual(leader);
    expect(decodeRelease(release).values.reduce((sum, n) => sum + Number(n), 0)).toBe(leader?.count);
    expect(drawn.sort()).toEqual(["helper", "leader"]);
  });

  test("what the helper does not answer is asked for again as it was, and uploads wait", async () => {
    let away = true;
    const { cluster, round, reports, collect, drawn } = await setting({
      passing: (point) => {
        if (point === "helper:collect" && away) throw new Error("the line is cut");
      },
    });
    const complaints: string[] = [];
    const said = console.error;
    console.error = (line: string) => complaints.push(line);
    await expect(collect()).rejects.toMatchObject({ code: "internal" });
    console.error = said;
    expect(complaints).toHaveLength(1);
    expect(await cluster.coordinator.tasks()).toEqual([]);
    expect(await withdraw(cluster, "coordinator", round, reports[0] as Made)).toBe(true);
    away = false;
    expect(bins(await collect())).toEqual([3, 2, 2]);
    expect(drawn).toEqual(["helper", "leader"]);
  });
});

describe("the minimum batch", () => {
  const six = [50, 50, 65, 65, 80, 80];

  test("that withdrawals have made too small is refused, nothing is drawn, and it stays open", async () => {
    const { cluster, round, reports, collect, drawn } = await setting({ values: six.slice(1) });
    await withdraw(cluster, "helper", round, reports[0] as Made);
    await expect(collect()).rejects.toMatchObject({ code: "invalid_batch_size" });
    expect(drawn).toEqual([]);
    const more = await make(round, [80]);
    expect(await round.send((more[0] as Made).bytes)).toBeUndefined();
    expect(bins(await collect())).toEqual([0, 2, 3]);
  });

  test.each(parties)("is counted where the batch is fixed: those withdrawn just after at the %s", async (party) => {
    const { cluster, round, reports, at, collect, drawn } = await setting({ values: six });
    const said: Promise<boolean>[] = [];
    at.set("coordinator:closed", () => {
      if (said.length === 0) for (const one of reports.slice(0, 2)) said.push(withdraw(cluster, party, round, one));
    });
    if (party === "helper") {
      await expect(collect()).rejects.toMatchObject({ code: "invalid_batch_size" });
      expect(drawn).toEqual([]);
      expect(await batches(cluster, round)).toEqual([undefined, undefined]);
      expect(await cluster.coordinatorStore.transaction((rows) => rows.closing(round.id))).toBeUndefined();
    } else expect(bins(await collect())).toEqual([2, 2, 2]);
    expect(await Promise.all(said)).toEqual([party !== "helper", party !== "helper"]);
  });
});
