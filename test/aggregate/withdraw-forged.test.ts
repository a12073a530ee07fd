// Nobody but its device takes a report out: neither the leader, nor the helper, nor a stranger.
import { describe, expect, test } from "vitest";
import { shareRequest } from "../../src/aggregate/share.ts";
import type { ReportState } from "../../src/aggregate/store.ts";
import { newWithdrawals } from "../../src/aggregate/withdraw.ts";
import { call } from "../../src/api/call.ts";
import { helperRoutes } from "../../src/api/routes.ts";
import { toBase64Url, toHex } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { leaderToken, urls } from "../support/cluster.ts";
import { smallQuestion } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { bins, type Made, make, parties, setting, withdraw } from "../support/withdrawals.ts";

describe("nobody but its device takes a report out", () => {
  test("any other secret, and another task's, changes nothing, and is answered like a right one", async () => {
    const { cluster, round, reports, verified, collect } = await setting({ terms: { jobReports: 7 } });
    await verified();
    const other = await newRound(cluster, { ...smallQuestion, name: "other", minCohort: 6 });
    const [first] = reports as [Made];
    const [foreign] = await make(other, [50]);
    const before = cluster.traffic.length;
    const bit = first.secret.map((byte, i) => (i === 31 ? byte ^ 1 : byte));
    for (const party of parties) {
      for (const secret of [nodeEntropy.bytes(32), bit, foreign?.secret as Uint8Array])
        expect(await withdraw(cluster, party, round, { secret })).toBe(false);
      expect(await withdraw(cluster, party, other, first)).toBe(false);
    }
    const answers = new Set(cluster.traffic.slice(before).map(({ response }) => toHex(response)));
    expect(answers.size).toBe(1);
    expect(bins(await collect())).toEqual([3, 2, 2]);
  });

  test("a leader that drops reports with secrets of its own making gets no share", async () => {
    const { cluster, round, reports, verified, drawn } = await setting({ terms: { jobReports: 7 } });
    await verified();
    const forged = reports.slice(1).map(() => toBase64Url(nodeEntropy.bytes(32)));
    const service = { transport: cluster.transport, url: urls.helper, token: leaderToken };
    const answer = await call(service, helperRoutes.exchangeWithdrawals, {
      parameters: { task: round.text },
      body: { secrets: forged, after: null },
    });
    expect(answer).toEqual({ collected: false, secrets: [], next: null });
    // It takes one out all the same, and asks for the rest.
    const victim = reports[0] as Made;
    expect(await cluster.coordinatorStore.transaction((rows) => rows.dropReport(round.id, victim.id, 3))).toBe(
      "accepted",
    );
    await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "batch_mismatch" });
    const task = await round.task("leader");
    const { status } = await cluster.transport.send({
      method: "POST",
      url: `${urls.helper}/tasks/${round.text}/aggregate_shares`,
      headers: { authorization: `Bearer ${leaderToken}`, "content-type": mediaType("aggregate-share-req") },
      body: shareRequest(task, { count: 1, checksum: nodeCrypto.sha256(victim.id) }),
    });
    expect([status >= 400, drawn]).toEqual([true, []]);
  });

  test("a helper that drops reports selectively shows no secret that opens: the leader keeps them, and nothing is released", async () => {
    const { cluster, round, reports, verified, collect, drawn } = await setting({ terms: { jobReports: 7 } });
    await verified();
    const victim = reports[0] as Made;
    await cluster.helperStore.transaction(async (rows) => {
      expect(await rows.dropReport(round.id, victim.id, 3)).toBe("accepted");
      const secret = nodeEntropy.bytes(32);
      await rows.putWithdrawal({ task: round.id, report: victim.id, secret, state: "applied" });
    });
    await expect(collect()).rejects.toMatchObject({ code: "batch_mismatch" });
    const state = await cluster.coordinatorStore.transaction((rows) => rows.report(round.id, victim.id));
    expect([state?.state, drawn]).toEqual(["accepted" satisfies ReportState, []]);
  });
});

describe("what strangers may send", () => {
  test("so many withdrawals a second, and so many of reports that are not here", async () => {
    const { cluster, round, reports } = await setting();
    const quota = { perSecond: 1, burst: 5, perTask: 3, bytes: 1e9 };
    const one = newWithdrawals(nodeCrypto, cluster.helperStore, quota);
    const any = () => nodeEntropy.bytes(32);
    for (let i = 0; i < 3; i++) expect(await one.take(round.id, any(), 0)).toBe("withdrawn");
    for (const now of [0, 0, 0, 1])
      await expect(one.take(round.id, any(), now)).rejects.toMatchObject({ code: "rate_limited" });
    expect(await cluster.helperStore.transaction((rows) => rows.withdrawalCount(round.id))).toBe(3);
    // Reports that are here are withdrawn all the same.
    const here = newWithdrawals(nodeCrypto, cluster.coordinatorStore, { ...quota, perTask: 0 });
    const [first] = reports as [Made];
    expect(await here.take(round.id, first.secret, 0)).toBe("withdrawn");
  });

  test("anything that is no withdrawal is refused, by either service, and of no task too", async () => {
    const { cluster, round } = await setting({ sent: false });
    const good = { secret: toBase64Url(new Uint8Array(32)) };
    for (const origin of Object.values(urls)) {
      const send = (text: string, body: unknown) =>
        cluster.transport.send({
          method: "POST",
          url: `${origin}/v1/tasks/${text}/withdrawals`,
          headers: { "content-type": "application/json" },
          body: new TextEncoder().encode(JSON.stringify(body)),
        });
      for (const wrong of [
        ...[{}, [], null, "x", { ...good, more: 1 }, { secret: 7 }],
        ...[{ secret: good.secret.slice(1) }, { secret: `${good.secret}A` }, { secret: [good.secret] }],
      ])
        expect((await send(round.text, wrong)).status).toBe(400);
      expect((await send("A".repeat(43), good)).status).toBe(404);
      expect((await send("A".repeat(42), good)).status).toBe(400);
      expect((await send(round.text, good)).status).toBe(200);
    }
  });
});
