import { describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { replay } from "../../src/cli/model/replay.ts";
import { decodeModel } from "../../src/learning/plan/training/model.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { encodeBundle } from "../../src/task/bundle.ts";
import type { MaskedBundle } from "../../src/task/masked/bundle.ts";
import { decodeMaskedRelease, encodeMaskedRelease, type MaskedRelease } from "../../src/task/masked/release.ts";
import { maskedStatementOf, verifyMaskedBundle } from "../../src/verify/index.ts";
import { modelOfRounds, verifyRounds } from "../../src/verify/model.ts";
import { newCluster } from "../support/cluster.ts";
import { maskedDraft } from "../support/masked.ts";
import { openRound, type RawMember, rawMember, sumOf } from "../support/masked-members.ts";
import {
  begun,
  endsWithout,
  goesOnWithout,
  type MaskedStanding,
  releaseOf,
  run,
  standing,
  survives,
} from "../support/masked-standing.ts";

/** Its bundle verifies, from itself alone and under the parties' keys, and nothing in it can be another. */
async function bundleHolds({ cluster, services: { keys } }: MaskedStanding, task: Uint8Array): Promise<void> {
  const bundle = (await cluster.coordinator.bundle(task)) as MaskedBundle;
  const text = encodeBundle(bundle);
  const verified = await verifyMaskedBundle(nodeCrypto, text, keys);
  expect(verified).toMatchObject({ task: toBase64Url(task), keys: { registrar: { from: "given" } } });
  const { proved, trusted } = await maskedStatementOf(verified);
  expect(proved.join()).toContain("faces 6 times the ρ");
  expect(trusted.join()).toContain("nothing bounds what a modified one adds");
  expect((await verifyMaskedBundle(nodeCrypto, text)).keys.register.from).toBe("bundle");
  const release = decodeMaskedRelease(fromBase64Url(bundle.release));
  const changed = (change: Partial<MaskedRelease>) => toBase64Url(encodeMaskedRelease({ ...release, ...change }));
  const others: readonly Partial<MaskedBundle>[] = [
    { release: changed({ values: release.values.map((value, i) => (i === 0 ? value + 1 : value)) }) },
    { release: changed({ values: release.values.slice(1) }) },
    { release: changed({ members: { ...release.members, joined: 11 } }) },
    { release: changed({ members: { ...release.members, honest: 7 } }) },
    { release: changed({ privacy: { ...release.privacy, claims: "Private against everybody." } }) },
    { debit: { ...bundle.debit, rho: "1" } },
    { debit: { ...bundle.debit, epochs: bundle.debit.epochs.slice(1) } },
    { envelope: { ...bundle.envelope, registrar: bundle.envelope.register } },
    { keys: { ...bundle.keys, registrar: bundle.keys.register } },
    { log: { ...bundle.log, index: bundle.log.index + 1 } },
  ];
  for (const change of others)
    await expect(verifyMaskedBundle(nodeCrypto, encodeBundle({ ...bundle, ...change }))).rejects.toMatchObject({
      code: "verification_failed",
    });
  for (const name of ["register", "registrar"] as const)
    await expect(verifyMaskedBundle(nodeCrypto, text, { ...keys, [name]: new Uint8Array(32) })).rejects.toMatchObject({
      code: "verification_failed",
    });
  for (const text of ["{}", encodeBundle(bundle).replace("{", "{ ")])
    await expect(verifyMaskedBundle(nodeCrypto, text)).rejects.toMatchObject({ code: "invalid_message" });
  // The model's card says who must not collude, and its weights follow from the bundle.
  const verifiedRounds = await verifyRounds(nodeCrypto, [text], keys);
  const [view] = await cluster.coordinator.trainings.all();
  const { weights } = decodeModel(await cluster.coordinator.trainings.model(view?.run ?? ""));
  expect(await replay(verifiedRounds)).toEqual({ weights });
  const { file } = await modelOfRounds(nodeCrypto, [text], { weights: Float32Array.from(weights), made: 1, keys });
  expect(file.card.privacy).toMatchObject({ trustMode: "one-coordinator", unit: "member", rho: "30000000" });
  expect(await cluster.coordinator.operatorTask(task)).toMatchObject({
    state: "settled",
    kind: "training",
    minCohort: 6,
  });
  expect((await cluster.coordinator.analyst.question(task)).question).toBeNull();
}

describe("a masked round", () => {
  test("adds up what its members told, to the unit, and the training goes on with it", async () => {
    const at = await standing();
    const { round, members } = await begun(at, 10);
    expect((await at.cluster.coordinator.trainings.one(at.run)).round).toMatchObject({
      stage: "keys",
      reports: "none",
    });
    await run(at, members);
    await at.advance();
    const { values, members: counts, privacy } = await releaseOf(at, round.task);
    expect(values).toEqual(sumOf(members, 32));
    expect(counts).toEqual({ joined: 10, stayed: 7, honest: 6 });
    expect(privacy.claims).toContain("colludes with 10 % of a cohort it did not choose");
    expect(privacy.claims).toContain("isolated by Sybils faces 6 times the ρ");
    expect(await at.cluster.coordinator.trainings.one(at.run)).toMatchObject({
      ...{ phase: "ended", rhoSpent: "0.03", rounds: [{ number: 1, task: toBase64Url(round.task) }] },
    });
    expect((await members[0]?.view())?.state).toBe("done");
    await bundleHolds(at, round.task);
    // What members sent is gone, and the ledger has one debit.
    expect(await at.cluster.coordinatorStore.read((rows) => rows.maskedEntries(round.task, 0, 9))).toEqual([]);
    const { debits, epochs } = await at.cluster.coordinator.ledger();
    expect(debits).toHaveLength(1);
    expect(epochs.every(({ spent }) => spent === debits[0]?.rho)).toBe(true);
  });

  test.each(["keys", "vectors"] as const)("goes on without the 30 % who leave at %s", goesOnWithout);
  test.each(["vectors", "unmasking"] as const)(
    "ends without a sum when one more leaves at %s, and nothing of it stays",
    endsWithout,
  );

  test("overlaps another one, which goes on whatever becomes of it; both verify in the log's order", async () => {
    const at = await standing({}, maskedDraft({ rounds: 2, overlap: 2 }));
    const rounds = await Promise.all([0, 1].map((place) => openRound(at.services, place)));
    const [first = [], second = []] = rounds.map((round) =>
      Array.from({ length: 8 }, (_, i) => rawMember(at.services, round, `member-${i}`)),
    );
    for (const member of [...first, ...second]) await member.join();
    at.pass(600);
    await at.advance();
    // Of the first one nobody answers.
    await run(at, second);
    at.pass(61);
    await at.advance();
    const { trainings } = at.cluster.coordinator;
    const between = await trainings.one(at.run);
    expect(between).toMatchObject({ rounds: [{ number: 2, behind: 0 }], abandoned: [{ number: 1 }] });
    expect(between.overlap?.open).toMatchObject([{ number: 1, attempts: 1, stage: "joining" }]);
    const { members } = await begun(at, 8);
    await run(at, members);
    await at.advance();
    const view = await trainings.one(at.run);
    expect(view).toMatchObject({ phase: "ended", rhoSpent: "0.09", rounds: [{ number: 2 }, { number: 1 }] });
    const bundles = await Promise.all(
      view.rounds.map(async ({ task }) => encodeBundle(await at.cluster.coordinator.bundle(fromBase64Url(task)))),
    );
    const { weights } = decodeModel(await trainings.model(at.run));
    expect(await replay(await verifyRounds(nodeCrypto, bundles.toReversed()))).toEqual({ weights });
  });

  test("that is open stays so when its training cannot be taken back to where its operator wants", async () => {
    const at = await standing({}, maskedDraft({ rounds: 5, overlap: 2 }));
    const { trainings, masked } = at.cluster.coordinator;
    for (let pair = 0; pair < 2; pair++) {
      const rounds = await Promise.all([0, 1].map((place) => openRound(at.services, place)));
      const members = rounds.flatMap((round) =>
        Array.from({ length: 8 }, (_, i) => rawMember(at.services, round, `member-${i}`)),
      );
      for (const member of members) await member.join();
      at.pass(600);
      await at.advance();
      await run(at, members);
      await at.advance();
    }
    const back = await trainings.steer(at.run, { action: "rollback", to: 1 });
    expect(back).toMatchObject({ phase: "running", rollbacks: 1, overlap: { steps: 0, open: [{ number: 5 }] } });
    // The third began on a model that was left behind.
    await expect(trainings.steer(at.run, { action: "rollback", to: 3 })).rejects.toMatchObject({ code: "conflict" });
    expect(await trainings.one(at.run)).toEqual(back);
    const [open] = await masked.list();
    expect(open?.task).toBe(back.overlap?.open[0]?.task);
  });

  test("of too few members is none, and its registrar says so", async () => {
    const at = await standing();
    const { members } = await begun(at, 7);
    expect(await members[0]?.view()).toMatchObject({
      state: "aborted",
      because: "7 members joined the round, it takes 8",
    });
    for (let attempt = 1; attempt < 3; attempt++) {
      at.pass(601);
      await at.advance();
    }
    const stalled = await at.cluster.coordinator.trainings.one(at.run);
    expect(stalled).toMatchObject({ phase: "stalled", rhoSpent: "0.09" });
    expect(stalled.because).toContain("ended without a sum each time, the last because: 0 members joined");
  });

  test("takes the same message again, refuses another one, a late one, and a stranger's", async () => {
    const at = await standing();
    const round = await openRound(at.services);
    const early = rawMember(at.services, round, "early");
    await expect(early.post(new Uint8Array(3))).rejects.toMatchObject({ code: "conflict" });
    const { members } = await begun(at, 8);
    const [first, second] = members as [RawMember, RawMember];
    expect(await first.step()).toMatchObject({ stage: "keys", message: null });
    const keys = first.said();
    expect(await first.post(keys)).toMatchObject({ stage: "keys", message: null });
    const entries = () => at.cluster.coordinatorStore.read((rows) => rows.maskedEntries(round.task, 0, 99));
    expect(await entries()).toHaveLength(1);
    const spoilt = Uint8Array.from(keys);
    spoilt[keys.length - 1] = (spoilt[keys.length - 1] as number) ^ 1;
    await expect(first.post(spoilt)).rejects.toMatchObject({ code: "conflict" });
    for (const wrong of [new Uint8Array(0), new Uint8Array(400).fill(1), keys.subarray(0, 50)])
      await expect(first.post(wrong)).rejects.toMatchObject({ code: "invalid_message" });
    const stranger = rawMember(at.services, round, "stranger");
    expect(await stranger.view()).toMatchObject({ state: "open", message: null });
    for (const member of members.slice(1)) await member.step();
    expect(await second.view()).toMatchObject({ stage: "nonces" });
    await expect(first.post(keys)).rejects.toMatchObject({ code: "conflict" });
    expect(await entries()).toHaveLength(8);
  });

  test("stops with its training, and what was said in it is deleted", async () => {
    const at = await standing();
    const { round, members } = await begun(at, 8);
    for (const member of members) await member.step();
    const { trainings } = at.cluster.coordinator;
    await trainings.steer(at.run, { action: "stop" });
    expect(await members[0]?.view()).toMatchObject({ state: "aborted", because: "its operator gave it up" });
    await expect(members[0]?.step()).resolves.toMatchObject({ message: null });
    expect(await at.cluster.coordinatorStore.read((rows) => rows.maskedEntries(round.task, 0, 9))).toEqual([]);
    const resumed = await trainings.steer(at.run, { action: "resume" });
    expect(resumed).toMatchObject({ phase: "running", rhoSpent: "0.06", round: { attempts: 1 } });
  });

  test("is over at its end, whatever kept its coordinator from closing stages", async () => {
    const at = await standing();
    const { members } = await begun(at, 8);
    at.pass(6 * 60 + 61);
    await at.advance();
    expect(await members[0]?.view()).toMatchObject({ state: "aborted" });
  });
});

test("said to be done without a release, it is told of and not looked at for ever", async () => {
  const { cluster, services, run: training } = await standing();
  const { task } = await openRound(services);
  const { coordinatorStore, coordinator } = cluster;
  const row = await coordinatorStore.read((rows) => rows.maskedRound(task));
  if (row === undefined) throw new Error("the round was asked");
  await coordinatorStore.transaction((rows) => rows.putMaskedRound({ ...row, state: "done", opening: null }));
  for (let time = 0; time < 2; time++)
    expect(await coordinator.trainings.advanceAll()).toEqual([
      expect.stringContaining("a masked round that is done has its release"),
    ]);
  expect(await coordinator.trainings.one(training)).toMatchObject({ phase: "running", rounds: [], abandoned: [] });
});

test.each(["coordinator:masked-published", "coordinator:masked-taken"])(
  "killed at %s, it goes on to the same sum",
  survives,
);

test("without a registrar there is no masked training, and nothing is spent", async () => {
  const cluster = newCluster();
  await expect(cluster.coordinator.trainings.begin(maskedDraft())).rejects.toMatchObject({ code: "policy_refused" });
  expect((await cluster.coordinator.ledger()).debits).toEqual([]);
});
