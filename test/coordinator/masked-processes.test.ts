// A masked round at several processes of one coordinator, and what a rehearsal leaves behind.
import { expect, test } from "vitest";
import type { Preparer } from "../../src/aggregate/prepare.ts";
import { maskedStages } from "../../src/api/masked.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/errors.ts";
import { newLiveRounds } from "../../src/coordinator/masked/live.ts";
import { nodeCrypto, nodeKeystream } from "../../src/platform/node/index.ts";
import type { MaskedRow } from "../../src/release/store.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { signMasked } from "../../src/task/masked/envelope.ts";
import { newCluster, urls } from "../support/cluster.ts";
import {
  makeMaskedRound,
  maskedDraft,
  newRegistrarKey,
  newTestRegistrar,
  registrarUrl,
  signerOf,
} from "../support/masked.ts";
import { type RawMember, sumOf } from "../support/masked-members.ts";
import { begun, releaseOf, run, standing } from "../support/masked-standing.ts";

test("what another process has ended is kept by none, and a stale row opens no round again", async () => {
  const at = await standing();
  const { round, members } = await begun(at, 8);
  const { coordinatorStore: store } = at.cluster;
  const process = () => newLiveRounds(store, { crypto: nodeCrypto, keystream: nodeKeystream }, () => undefined);
  const other = process();
  const row = (await store.read((rows) => rows.maskedRound(round.task))) as MaskedRow;
  for (const member of members) await member.step();
  const kept = await other.at(row);
  expect(kept?.machine.stage).toBe("nonces");
  expect(await other.at(row)).toBe(kept);
  await run(at, members);
  await at.advance();
  expect(await store.read((rows) => rows.maskedState(round.task))).toBe("done");
  // Of the process that had it, and of one that has only the row.
  for (const live of [other, process()]) {
    expect(await live.at(row)).toBeUndefined();
    await expect(live.take(row, members[0]?.said() ?? null, 1)).rejects.toMatchObject({ code: "conflict" });
  }
  expect(await store.read((rows) => rows.maskedEntries(round.task, 0, 9))).toEqual([]);
});

test("a process that nobody asks about a round forgets it with the next look at what runs", async () => {
  const at = await standing();
  const { round } = await begun(at, 8);
  const { coordinatorStore: store } = at.cluster;
  const live = newLiveRounds(store, { crypto: nodeCrypto, keystream: nodeKeystream }, () => undefined);
  const row = (await store.read((rows) => rows.maskedRound(round.task))) as MaskedRow;
  const kept = await live.at(row);
  live.keepOnly([round.task]);
  expect(await live.at(row)).toBe(kept);
  live.keepOnly([]);
  expect(await live.at(row)).not.toBe(kept);
});

test("a member's message is one look at the store and one write, a question one look", async () => {
  const at = await standing();
  const { round, members } = await begun(at, 8);
  const { coordinatorStore: store } = at.cluster;
  const count = { read: 0, transaction: 0 };
  for (const name of ["read", "transaction"] as const) {
    const real = store[name] as (work: never) => Promise<unknown>;
    Object.assign(store, {
      [name]: (work: never) => {
        count[name]++;
        return real(work);
      },
    });
  }
  const counted = async (work: () => Promise<unknown>) => {
    Object.assign(count, { read: 0, transaction: 0 });
    await work();
    return { ...count };
  };
  const [member] = members as [RawMember];
  for (const stage of maskedStages.slice(0, -1)) {
    expect((await member.view()).stage).toBe(stage);
    expect(await counted(() => member.view())).toEqual({ read: 1, transaction: 0 });
    // It asks first.
    expect(await counted(() => member.step())).toEqual({ read: 2, transaction: 1 });
    expect((await member.view()).message).toBeNull();
    for (const each of members) if (each !== member) await each.step();
  }
  for (const each of members) await each.step();
  expect((await releaseOf(at, round.task)).values).toEqual(sumOf(members, 32));
});

/** Whose threads are gone while `down()`. */
const threadsOf = (down: () => boolean) => (preparer: Preparer) => ({
  ...preparer,
  sumMasks: async (...asked: Parameters<Preparer["sumMasks"]>) =>
    down() ? fail("unavailable", "the worker pool is closed") : await preparer.sumMasks(...asked),
});

test("a process whose threads end while it takes masks off ends no round: the last word is taken when it is said again", async () => {
  let down = false;
  const at = await standing({ preparing: threadsOf(() => down) });
  const { round, members } = await begun(at, 8);
  for (let stage = 0; stage < 5; stage++) for (const member of members) await member.step();
  const last = members.pop() as (typeof members)[number];
  for (const member of members) await member.step();
  const { coordinatorStore: store } = at.cluster;
  const standsAs = () =>
    store.read(async (rows) => [
      await rows.maskedState(round.task),
      (await rows.maskedEntries(round.task, 0, 99)).length,
    ]);
  const before = await standsAs();
  expect(before).toEqual(["open", 6 * 8 - 1]);
  down = true;
  for (let i = 0; i < 2; i++) {
    await expect(last.step()).rejects.toMatchObject({ code: "unavailable" });
    expect(await standsAs()).toEqual(before);
  }
  down = false;
  await last.step();
  expect((await releaseOf(at, round.task)).values).toEqual(sumOf([...members, last], 32));
  expect((await at.cluster.coordinator.ledger()).debits).toHaveLength(1);
});

test("nor when the clock closes the last stage: the next look at it has the sum", async () => {
  let down = false;
  const at = await standing({ preparing: threadsOf(() => down) });
  const { round, members } = await begun(at, 8);
  for (let stage = 0; stage < 5; stage++) for (const member of members) await member.step();
  for (const member of members.slice(1)) await member.step();
  at.pass(61);
  down = true;
  const failed = await at.cluster.coordinator.masked.advanceAll();
  expect(failed.join()).toContain("the worker pool is closed");
  expect((await members[0]?.view())?.state).toBe("open");
  down = false;
  await at.advance();
  expect((await releaseOf(at, round.task)).values).toEqual(sumOf(members, 32));
});

test("a training that begins asks first and is signed once: every signed round has its debit", async () => {
  const { cluster } = await standing();
  const asked = cluster.traffic
    .filter(({ url }) => url.startsWith(registrarUrl))
    .map(({ url }) => url.slice(registrarUrl.length))
    .filter((path) => !path.endsWith("/opening"));
  expect(asked).toEqual(["/v1/rounds/check", "/v1/rounds"]);
  expect((await cluster.coordinator.ledger()).debits).toHaveLength(1);
});

test("a training that its registrar refuses leaves nothing signed, and nothing spent", async () => {
  const cluster = newCluster({ registrar: newRegistrarKey() });
  const draft = maskedDraft({ cohort: { expected: 3, least: 3, most: 3 }, minBatch: 2 } as never);
  await expect(cluster.coordinator.trainings.begin(draft)).rejects.toBeDefined();
  expect(cluster.traffic.filter(({ url }) => url.endsWith("/v1/rounds"))).toEqual([]);
  expect((await cluster.coordinator.ledger()).debits).toEqual([]);
});

test("a rehearsal's signature opens no round, and a round's is none of a rehearsal", async () => {
  const key = newRegistrarKey();
  const register = signerOf(nodeCrypto.ed25519Generate());
  const store = memoryDatabase();
  const known = { url: urls.coordinator, registerKey: register.publicKey };
  const registrar = await newTestRegistrar(key, known, { store });
  const round = await makeMaskedRound(maskedDraft(), key);
  const post = async (path: string, field: string, role: "register" | "rehearsal", signer = register) => {
    const signature = toBase64Url(await signMasked(signer, role, round.bytes));
    const body = JSON.stringify({ manifest: toBase64Url(round.bytes), [field]: signature });
    const headers = { "content-type": "application/json" };
    const response = await registrar.fetch(new Request(`${registrarUrl}${path}`, { method: "POST", headers, body }));
    return [response.status, await response.text()];
  };
  const roster = () => store.read((rows) => rows.roster(round.task));
  expect(await post("/v1/rounds/check", "rehearsal", "rehearsal")).toEqual([200, "{}"]);
  expect(await roster()).toBeUndefined();
  expect((await post("/v1/rounds/check", "rehearsal", "register"))[0]).toBe(401);
  expect((await post("/v1/rounds", "register", "rehearsal"))[0]).toBe(401);
  const stranger = signerOf(nodeCrypto.ed25519Generate());
  expect((await post("/v1/rounds/check", "rehearsal", "rehearsal", stranger))[0]).toBe(401);
  expect(await roster()).toBeUndefined();
  expect((await post("/v1/rounds", "register", "register"))[0]).toBe(200);
  expect(await roster()).toBeDefined();
});
