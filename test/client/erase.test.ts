// "Bob leaves": everything is erased in each of the five states that something of his can be in, and what stays is stated.
import { describe, expect, test } from "vitest";
import { fromBase64Url, fromUtf8, toHex } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import { population } from "../../src/simulate/index.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { lastDay, smallQuestion, steadyMember } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";
import { device, reportsOf, uploadsOf } from "./harness.ts";

async function contentOf(store: DeviceStore): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const key of await store.keys("")) {
    const bytes = (await store.get(key)) as Uint8Array;
    all[key] = key.startsWith("queue/") ? toHex(bytes) : fromUtf8(bytes);
  }
  return all;
}

const of = (states: readonly { readonly state: string; readonly count: number }[]) =>
  Object.fromEntries(states.map(({ state, count }) => [state, count]));

describe("Bob leaves", () => {
  test("with days on the device and nothing sent: the store is empty", async () => {
    const { client, store, wire } = device(newCluster(), undefined, { days: undefined, profile: undefined } as never);
    await client.record(steadyMember(62).days);
    await client.setProfile({ ageBand: "35-44" });
    await client.consent.grant("service-improvement");
    const { states, receipts, kept } = await client.eraseAll();
    expect(of(states)).toMatchObject({ "on-device": steadyMember(62).days.length, queued: 0, sent: 0, trained: 0 });
    expect(receipts).toMatchObject([{ purpose: "service-improvement", withdrawnAt: expect.any(Number) }]);
    expect([kept.answered, kept.epochs, await store.keys(""), wire.sent]).toEqual([0, 0, [], []]);
    expect(client.snapshot()).toMatchObject({ days: 0, consents: { "service-improvement": "off" } });
  });

  test("with a report that could not leave: it never does, and his budget is not given back", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const { client, store, wire } = device(cluster);
    await client.consent.grant("service-improvement");
    wire.failing = "/reports";
    expect(await client.sync()).toMatchObject([{ outcome: "queued" }]);
    wire.failing = undefined;
    const spent = await client.ledger();
    const { states, kept, withdrawn } = await client.eraseAll();
    expect(of(states)).toMatchObject({ queued: 1, sent: 0 });
    // It went out once, and its answer did not come back: so it may have arrived.
    expect(withdrawn).toMatchObject([{ outcome: "withdrawn" }]);
    expect(await client.ledger()).toEqual(spent);
    const content = await contentOf(store);
    expect(Object.keys(content).every((key) => /^(task|epoch|left)\//.test(key))).toBe(true);
    expect(Object.keys(content).filter((key) => key.startsWith("task/"))).toHaveLength(kept.answered);
    for (const word of ["rhr", "resting", "heart", "range", "secret"])
      expect(JSON.stringify(content)).not.toContain(word);
    const left = reportsOf(wire).length;
    await client.consent.grant("service-improvement");
    for (let i = 0; i < 2; i++) expect(await client.sync()).toEqual([]);
    expect(reportsOf(wire)).toHaveLength(left);
  });

  test("after it left and before it is added up: both aggregators take it out, and nothing is asked of him again", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    const { client, store, wire } = device(cluster, steadyMember(50));
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    await round.fill([60, 61, 62, 63, 64, 65, 66, 67, 68, 69]);
    const spent = await client.ledger();
    const first = await client.eraseAll();
    expect(of(first.states)).toMatchObject({ queued: 0, sent: 1, released: 0, trained: 0 });
    expect(first.states.find(({ state }) => state === "sent")?.says).toContain("1 were taken out, 0 stand, and of 0");
    expect(first.kept).toMatchObject({ answered: 1, withdrawals: 0 });
    expect(await client.ledger()).toEqual(spent);
    const { values } = decodeRelease(await cluster.coordinator.collect(round.id));
    expect(values.map(Number)).toEqual([0, 10, 0]);
    const released = toHex(await cluster.coordinator.release(round.id));
    const again = device(cluster, undefined, { store });
    await again.client.consent.grant("service-improvement");
    expect(await again.client.sync()).toEqual([]);
    expect((await client.eraseAll()).states.find(({ state }) => state === "sent")?.count).toBe(0);
    expect(toHex(await cluster.coordinator.release(round.id))).toBe(released);
    expect([reportsOf(wire).length, reportsOf(again.wire).length]).toEqual([1, 0]);
  });

  test("while an aggregator is away: what takes his report back is all that stays of it, and later syncs finish it", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    const { client, store, wire } = device(cluster, steadyMember(50));
    await client.consent.grant("service-improvement");
    await client.sync();
    await round.fill([60, 61, 62, 63, 64]);
    wire.failing = "/withdrawals";
    const { states, kept, withdrawn } = await client.eraseAll();
    expect(withdrawn).toEqual([{ outcome: "withdrawing", task: round.text, purpose: "service-improvement" }]);
    expect(kept).toMatchObject({ withdrawals: 1, says: expect.stringContaining("what takes the reports back") });
    expect(states.find(({ state }) => state === "sent")?.says).toContain("of 1 an aggregator did not answer yet");
    const content = await contentOf(store);
    const row = JSON.parse(content[`withdrawal/${round.text}`] ?? "{}");
    expect(Object.keys(row).sort()).toEqual(["closes", "helper", "leader", "left", "purpose", "secret", "task"]);
    expect(JSON.stringify(content)).not.toMatch(/\b(rhr|resting|heart|range)\b/);
    wire.failing = undefined;
    expect(await client.sync()).toMatchObject([{ outcome: "withdrawn" }]);
    expect((await store.keys("withdrawal/")).length).toBe(0);
    expect(decodeRelease(await cluster.coordinator.collect(round.id)).values.map(Number)).toEqual([0, 5, 0]);
  });

  test("after it was released: the answer stays as it is, to the byte, and a window is never answered twice", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    const { client, store } = device(cluster, steadyMember(50));
    await client.consent.grant("service-improvement");
    await client.sync();
    await round.fill([60, 61, 62, 63, 64]);
    await cluster.coordinator.collect(round.id);
    const released = toHex(await cluster.coordinator.release(round.id));
    const { states, withdrawn } = await client.eraseAll();
    expect(withdrawn).toMatchObject([{ outcome: "stands" }]);
    expect(of(states)).toMatchObject({ sent: 1, released: 1, trained: 0 });
    expect(await store.keys("withdrawal/")).toEqual([]);
    expect(toHex(await cluster.coordinator.collect(round.id))).toBe(released);
    expect(decodeRelease(await cluster.coordinator.release(round.id)).values.map(Number)).toEqual([1, 5, 0]);
    expect(await cluster.coordinator.ask(smallQuestion)).toMatchObject({ task: round.text, state: "settled" });
  });

  test("after a model was trained with him: it stays, its next round is without him", async () => {
    const cluster = newCluster();
    const { trainings } = cluster.coordinator;
    const draft = attendanceDraft({ metrics: ["steps", "visits"], expected: 25, least: 5 });
    const cohort = { expected: 25, least: 5, most: 6 };
    const { run, round: begun } = await trainings.begin({ ...draft, cohort, end: formatDay(lastDay) });
    const members = population({ seed: "bob leaves", members: 6, lastDay });
    const [bob, ...rest] = members.map((member) => device(cluster, member));
    if (bob === undefined) throw new Error("six");
    for (const { client } of [bob, ...rest]) {
      await client.consent.grant("model-training");
      expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    }
    const round = fromBase64Url(begun.task ?? "");
    const { round: second } = await trainings.steer(run, { action: "advance" });
    const [release, model] = [await cluster.coordinator.release(round), await trainings.model(run)];
    const { states, withdrawn } = await bob.client.eraseAll();
    expect(withdrawn).toMatchObject([{ outcome: "stands", purpose: "model-training" }]);
    expect(of(states)).toMatchObject({ sent: 1, released: 1, trained: 1 });
    expect(states.find(({ state }) => state === "trained")?.says).toContain("stay as they are");
    expect([await cluster.coordinator.release(round), await trainings.model(run)]).toEqual([release, model]);
    for (const { client } of rest) expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    const before = bob.wire.sent.length;
    expect([await bob.client.sync(), bob.wire.sent.length]).toEqual([[], before]);
    await cluster.coordinator.collect(fromBase64Url(second.task ?? ""));
    const { accepted } = (await tallies(cluster, fromBase64Url(second.task ?? ""))).helper;
    expect(accepted).toBe(5);
  });

  test("in the midst of a sync: nothing of it leaves afterwards", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    let erased: Promise<unknown> | undefined;
    const one = device(cluster, undefined, {
      days: async () => {
        erased ??= one.client.eraseAll();
        await erased;
        return steadyMember(62).days;
      },
    });
    await one.client.consent.grant("service-improvement");
    expect(await one.client.sync()).toEqual([]);
    expect(uploadsOf(one.wire)).toEqual([]);
    expect(await one.store.keys("queue/")).toEqual([]);
  });
});
