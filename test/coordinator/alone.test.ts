// A coordinator without any helper: masked trainings, and nothing else.
import { describe, expect, test } from "vitest";
import { preparer } from "../../src/aggregate/prepare.ts";
import { call } from "../../src/api/call.ts";
import { coordinatorRoutes } from "../../src/api/routes.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { newCoordinator } from "../../src/coordinator/service.ts";
import type { CoordinatorTerms } from "../../src/coordinator/terms.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream, nodeWasm } from "../../src/platform/node/index.ts";
import { inlinePlanner } from "../../src/query/planner.ts";
import { newAgreement } from "../../src/release/agreement.ts";
import { origin } from "../../src/release/chain.ts";
import { signHead } from "../../src/release/heads.ts";
import { memoryDatabase, memoryMark } from "../../src/storage/memory/index.ts";
import {
  analystToken,
  leaderToken,
  newCluster,
  noNoise,
  operatorTokens,
  testKeyring,
  urls,
} from "../support/cluster.ts";
import { maskedDraft, newRegistrarKey } from "../support/masked.ts";
import { openRound, sumOf } from "../support/masked-members.ts";
import { begun, releaseOf, run, standing } from "../support/masked-standing.ts";
import { smallQuestion } from "../support/questions.ts";

const refused = { code: "policy_refused", message: expect.stringContaining("has no helper") };
const alone = () => newCluster({ alone: true, registrar: newRegistrarKey() });
const analyst = (cluster: ReturnType<typeof newCluster>) => ({
  ...{ transport: cluster.transport, url: urls.coordinator, token: analystToken },
});

test("trains by masked sums to a release, and asks no helper for anything", async () => {
  const at = await standing({ alone: true });
  const { round, members } = await begun(at, 9);
  await run(at, members);
  await at.advance();
  expect((await releaseOf(at, round.task)).values).toEqual(sumOf(members, 32));
  expect(await at.cluster.coordinator.trainings.one(at.run)).toMatchObject({ phase: "ended", rhoSpent: "0.03" });
  expect((await at.cluster.coordinator.ledger()).debits).toHaveLength(1);
  expect(await at.cluster.coordinator.bundle(round.task)).toMatchObject({ paceline: "masked release bundle" });
  expect(at.cluster.traffic.filter(({ url }) => url.startsWith(urls.helper))).toEqual([]);
});

describe("an analyst is told what it does not do, and what to do", () => {
  test("asking", async () => {
    const cluster = alone();
    const asked = call(analyst(cluster), coordinatorRoutes.ask, { body: smallQuestion });
    await expect(asked).rejects.toMatchObject({ ...refused, hint: expect.stringContaining('"sharing": "masked"') });
    expect((await cluster.coordinator.ledger()).debits).toEqual([]);
    expect(await cluster.coordinator.tasks()).toEqual([]);
  });

  test("explaining: what it would cost, and that it is refused", async () => {
    const { blocked, budget } = await alone().coordinator.explain(smallQuestion);
    expect(blocked).toMatchObject({ code: "policy_refused", change: expect.stringContaining("another organisation") });
    expect(budget.helper).toBeNull();
  });

  test.each(["additive", "verified"] as const)("training with %s shares", async (sharing) => {
    const cluster = alone();
    await expect(
      cluster.coordinator.trainings.begin({ ...attendanceDraft({ metrics: ["steps", "visits"] }), sharing }),
    ).rejects.toMatchObject(refused);
    expect(await cluster.coordinator.trainings.all()).toEqual([]);
    expect((await cluster.coordinator.ledger()).debits).toEqual([]);
  });

  test("the budget says whose books there are", async () => {
    const { trustMode, helper } = await call(analyst(alone()), coordinatorRoutes.budget);
    expect([trustMode, helper]).toEqual(["one-coordinator", null]);
    expect((await call(analyst(newCluster()), coordinatorRoutes.budget)).trustMode).toBe("two-aggregators");
  });
});

test("a round of whom too few are sure to stay is refused, with how many it takes; that many are enough", async () => {
  const cluster = newCluster({ alone: true, registrar: newRegistrarKey(), terms: { minBatchFloor: 10 } });
  const begin = (least: number) =>
    cluster.coordinator.trainings.begin(maskedDraft({ cohort: { expected: 16, least, most: 16 } }));
  await expect(begin(12)).rejects.toMatchObject({
    code: "policy_refused",
    message: expect.stringContaining("of the 12 members of its smallest round 9 are sure to stay"),
    hint: expect.stringContaining("cohort.least be 13 or more"),
  });
  expect((await cluster.coordinator.ledger()).debits).toEqual([]);
  expect(await begin(13)).toMatchObject({ phase: "running" });
});

test("nobody is let in as its helper, whatever token is shown", async () => {
  const cluster = alone();
  for (const token of [leaderToken, "undefined", ""])
    await expect(
      call({ ...analyst(cluster), token }, coordinatorRoutes.end, { parameters: { task: "A".repeat(43) } }),
    ).rejects.toMatchObject({ code: "unauthorized" });
});

describe("its operator", () => {
  const operator = (cluster: ReturnType<typeof newCluster>) => ({
    ...{ transport: cluster.transport, url: urls.coordinator, token: operatorTokens.coordinator },
  });

  test("sees a masked round while it runs, and ends it: nothing of it is revealed, and the training asks again", async () => {
    const at = await standing({ alone: true });
    const { round, members } = await begun(at, 8);
    const task = toBase64Url(round.task);
    const service = operator(at.cluster);
    const { tasks } = await call(service, coordinatorRoutes.operatorTasks);
    expect(tasks).toMatchObject([{ id: task, state: "open", kind: "training", minCohort: 6, rho: "30000000" }]);
    const parameters = { task };
    expect(await call(service, coordinatorRoutes.operatorTask, { parameters })).toMatchObject({ reports: null });
    await call(service, coordinatorRoutes.close, { parameters });
    expect(await members[0]?.view()).toMatchObject({ state: "aborted", because: "its operator ended the round" });
    expect(await at.cluster.coordinatorStore.read((rows) => rows.maskedEntries(round.task, 0, 9))).toEqual([]);
    expect(await call(service, coordinatorRoutes.operatorTask, { parameters })).toMatchObject({ state: "abandoned" });
    await at.advance();
    expect((await openRound(at.services)).task).not.toEqual(round.task);
  });

  test("has a helper's word on another task taken as ever, and a helper ends no masked round", async () => {
    const at = await standing();
    const { round, members } = await begun(at, 8);
    const helper = { transport: at.cluster.transport, url: urls.coordinator, token: leaderToken };
    const ended = call(helper, coordinatorRoutes.end, { parameters: { task: toBase64Url(round.task) } });
    await expect(ended).rejects.toMatchObject({ code: "unknown_task" });
    expect(await members[0]?.view()).toMatchObject({ state: "open" });
  });
});

describe("a database that a helper knows", () => {
  const terms: CoordinatorTerms = {
    ...{ url: urls.coordinator, epochCap: 1n, yearCap: 1n, minBatchFloor: 5, rhoMin: 1n, openTasksMax: 9 },
    ...{ manifestBytesMax: 9000, windowAgeDaysMax: 60, uploadSeconds: 60, jobReports: 9 },
  };
  const keyring = testKeyring();
  const started = async (store: ReturnType<typeof memoryDatabase>, mark = memoryMark()) => {
    const coordinator = newCoordinator({
      ...{ store, keyring, mark, terms, crypto: nodeCrypto, entropy: nodeEntropy, keystream: nodeKeystream },
      ...{ clock: { now: () => 1_770_000_000_000 }, planner: inlinePlanner, noise: noNoise, passing: () => undefined },
      preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm, keystream: nodeKeystream }),
      transport: { send: () => Promise.reject(new Error("asks nobody")) },
    });
    await coordinator.open(() => undefined);
    return coordinator;
  };

  test("is none of a coordinator's that works alone: what it spent would be known to nobody", async () => {
    const store = memoryDatabase();
    const { signer } = testKeyring();
    const head = {
      role: "helper",
      sequence: 1,
      hash: new Uint8Array(32).fill(1),
      after: origin,
      seen: origin,
    } as const;
    const row = { key: signer.publicKey, ...(await signHead(signer, head)) };
    await started(store);
    await store.transaction((rows) => rows.putCounterpart(row));
    await expect(started(store)).rejects.toMatchObject({
      code: "misconfigured",
      message: "this ledger is known to a helper, and the configuration names none",
    });
  });

  test("a ledger of its own may come to have a helper, and an older copy beside its mark serves nothing", async () => {
    const store = memoryDatabase();
    const mark = memoryMark();
    const coordinator = await started(store, mark);
    expect(coordinator.trouble()).toBeUndefined();
    const parts = { store, crypto: nodeCrypto, signer: keyring.signer, role: "coordinator", mark } as const;
    const withHelper = newAgreement({ ...parts, counterpartKey: new Uint8Array(32) });
    await expect(withHelper.open()).resolves.toBeUndefined();
    const older = await started(memoryDatabase(), mark);
    expect(older.trouble()).toContain("the mark beside the database says");
    expect(() => older.checkLedger()).toThrow(expect.objectContaining({ code: "ledger_behind" }));
    await expect(older.ask(smallQuestion)).rejects.toMatchObject({ code: "ledger_behind" });
  });
});
