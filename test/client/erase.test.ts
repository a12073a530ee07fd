// "Bob leaves": everything is erased in each of the five states that something of his can be in, and what stays is stated.
import { describe, expect, test } from "vitest";
import { fromUtf8, toHex } from "../../src/base/bytes.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import { newCluster } from "../support/cluster.ts";
import { steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

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
    const { states, kept } = await client.eraseAll();
    expect(of(states)).toMatchObject({ queued: 1, sent: 0 });
    expect(await client.ledger()).toEqual(spent);
    const content = await contentOf(store);
    expect(Object.keys(content).every((key) => /^(task|epoch)\//.test(key))).toBe(true);
    expect(Object.keys(content).filter((key) => key.startsWith("task/"))).toHaveLength(kept.answered);
    for (const word of ["rhr", "resting", "heart", "range"]) expect(JSON.stringify(content)).not.toContain(word);
    const left = uploadsOf(wire).length;
    await client.consent.grant("service-improvement");
    for (let i = 0; i < 2; i++) expect(await client.sync()).toEqual([]);
    expect(uploadsOf(wire)).toHaveLength(left);
  });

  test("after it left: the question is not answered twice; what was released stays as it is, to the byte", async () => {
    const cluster = newCluster();
    const round = await newRound(cluster);
    const { client, store, wire, clock } = device(cluster);
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    await round.fill([60, 61, 62, 63, 64, 65, 66, 67, 68, 69]);
    const first = await client.eraseAll();
    expect(of(first.states)).toMatchObject({ queued: 0, sent: 1, released: 1 });
    expect(first.states.find(({ state }) => state === "sent")?.says).toContain("1 questions that are still open");
    await cluster.coordinator.collect(round.id);
    const released = toHex(await cluster.coordinator.release(round.id));
    const again = device(cluster, undefined, { store });
    await again.client.consent.grant("service-improvement");
    expect(await again.client.sync()).toEqual([]);
    clock.at += 90 * 86_400_000;
    const last = await client.eraseAll();
    expect(last.states.find(({ state }) => state === "sent")?.count).toBe(0);
    expect(toHex(await cluster.coordinator.release(round.id))).toBe(released);
    expect([uploadsOf(wire).length, uploadsOf(again.wire).length]).toEqual([1, 0]);
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
