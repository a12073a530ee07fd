// What a user interface builds on: one snapshot that stays the same object until something changes, and events.
import { describe, expect, test } from "vitest";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { keepDays } from "../../src/client/keep-days.ts";
import { keptDays } from "../../src/client/own-days.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { verifyReceipt } from "../../src/task/consent.ts";
import { newCluster } from "../support/cluster.ts";
import { steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const settled = () => new Promise((resolve) => setTimeout(resolve, 20));

describe("the snapshot", () => {
  test("is the same object until something changes; the store is read when somebody subscribes", async () => {
    const { client } = device(newCluster());
    const first = client.snapshot();
    expect(first).toMatchObject({ ready: false, consents: { research: "off" }, budget: undefined });
    await settled();
    expect(client.snapshot()).toBe(first);
    let told = 0;
    const end = client.subscribe(() => {
      told += 1;
    });
    await settled();
    const ready = client.snapshot();
    expect([told, ready.ready, ready.budget?.week.spent]).toEqual([1, true, 0]);
    await client.resume();
    await settled();
    expect([told, client.snapshot()]).toEqual([1, ready]);
    expect(client.snapshot()).toBe(ready);
    await client.consent.grant("research");
    expect(client.snapshot().consents).toEqual({
      "service-improvement": "off",
      research: "given",
      "model-training": "off",
    });
    expect(told).toBe(2);
    end();
    await client.withdraw("research");
    expect([told, client.snapshot().consents.research]).toEqual([2, "withdrawn"]);
    expect(Object.isFrozen(client.snapshot())).toBe(true);
  });

  test("follows consent, pause, a report and its budget; events say the same", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const { client } = device(cluster);
    const events: string[] = [];
    client.on("consent", ({ purpose, state }) => events.push(`${purpose} ${state}`));
    client.on("synced", ({ results }) => events.push(`synced ${results.length}`));
    const end = client.on("paused", () => events.push("paused"));
    client.on("resumed", () => events.push("resumed"));
    await client.consent.grant("service-improvement");
    await client.pause();
    expect(client.snapshot().paused).toBe(true);
    expect(await client.sync()).toEqual([]);
    await client.resume();
    end();
    const sync = client.sync();
    expect(client.snapshot().syncing).toBe(true);
    expect(await sync).toMatchObject([{ outcome: "sent" }]);
    expect(client.snapshot()).toMatchObject({ syncing: false, paused: false, logged: 1, queued: 0, waiting: 0 });
    expect(client.snapshot().budget?.week.spent).toBeGreaterThan(0);
    expect(await client.budget()).toEqual(client.snapshot().budget);
    await client.pause();
    expect(events).toEqual(["service-improvement given", "paused", "synced 0", "resumed", "synced 1"]);
  });

  test("a sync that fails ends, and says so", async () => {
    const { client, wire } = device(newCluster());
    await client.consent.grant("research");
    wire.failing = "/v1/tasks";
    const codes: string[] = [];
    client.on("sync-failed", ({ code }) => codes.push(code));
    await expect(client.sync()).rejects.toMatchObject({ code: "unavailable" });
    expect([client.snapshot().syncing, codes]).toEqual([false, ["unavailable"]]);
  });
});

describe("Global Privacy Control", () => {
  test("refuses: nothing is granted, nothing leaves, and status says why; when it is off again, what was given holds", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    let signal = false;
    const base = device(cluster);
    const { client, wire } = device(cluster, undefined, {
      platform: {
        crypto: nodeCrypto,
        clock: base.clock,
        transport: base.wire,
        globalPrivacyControl: () => signal,
      },
    });
    await client.consent.grant("service-improvement");
    signal = true;
    expect(await client.sync()).toEqual([]);
    expect([base.wire.sent, wire.sent]).toEqual([[], []]);
    expect((await client.consent.status()).map(({ state }) => state)).toEqual(["refused", "off", "off"]);
    await expect(client.consent.grant("research")).rejects.toMatchObject({ code: "consent_missing" });
    signal = false;
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });
});

describe("receipts", () => {
  test("are signed by the device over words, language and time; none that something else wrote counts", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const { client, store, wire } = device(cluster, undefined, { controller: "Example Gym" });
    const receipt = await client.consent.grant("service-improvement", { notice: "Wir fragen …", language: "de" });
    expect(receipt).toMatchObject({ number: 1, withdrawnAt: null });
    expect(receipt.record).toMatchObject({
      "dpv:hasNotice": { "dct:language": "de", "dct:description": { "@value": "Wir fragen …" } },
      "dpv:hasEntity": { "dpv:hasName": "Example Gym" },
    });
    const key = fromBase64Url(receipt.publicKey);
    expect(await verifyReceipt(nodeCrypto, receipt, key)).toBe(true);
    for (const forged of [
      { ...receipt, record: { ...receipt.record, "dpv:hasNotice": "something else" } },
      { ...receipt, withdrawnAt: 1 },
      { ...receipt, signature: "" },
      { ...receipt, publicKey: "A".repeat(43) },
    ])
      expect(await verifyReceipt(nodeCrypto, forged, key)).toBe(false);
    const [row = ""] = await store.keys("consent/");
    const other = device(cluster);
    await other.client.consent.grant("service-improvement");
    const foreign = (await other.store.get(row)) as Uint8Array;
    await store.transaction({ put: [[row, foreign]], delete: [] });
    expect(await client.sync()).toEqual([]);
    expect(wire.sent).toEqual([]);
  });
});

describe("days that the client keeps itself", () => {
  test("are answered with, corrected by what comes later, and deleted with everything", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const member = steadyMember(62);
    const { client, wire } = device(cluster, member, { days: undefined, profile: undefined } as never);
    await client.setProfile(member.profile);
    const days = member.days.map(({ day, values }) => ({ day, values: { ...values, rhr: 99 } }));
    expect(await client.record(days)).toBe(days.length);
    expect(await client.record(member.days)).toBe(days.length);
    expect(client.snapshot().days).toBe(days.length);
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent", isNull: false }]);
    expect(uploadsOf(wire)).toHaveLength(1);
    await expect(client.record([{ day: 1, values: { stepz: 1 } } as never])).rejects.toMatchObject({
      message: expect.stringContaining("record()[0].values.stepz"),
    });
    await client.eraseAll();
    expect(client.snapshot().days).toBe(0);
  });

  test("keep what happened on them: each list is corrected by what comes later, and the others stay", async () => {
    const store = memoryDeviceStore();
    await keepDays({ store }, [
      { day: 7, values: { rhr: 60 }, events: { visitHours: { "mon 18": 1 }, supportTopics: {} } },
    ]);
    await keepDays({ store }, [
      { day: 7, values: { steps: 9 }, events: { visitHours: {} } },
      { day: 8, values: {} },
    ]);
    expect(await keptDays({ store })).toEqual([
      { day: 7, values: { rhr: 60, steps: 9 }, events: { visitHours: {}, supportTopics: {} } },
      { day: 8, values: {} },
    ]);
  });

  test("where the app gives days itself, none are recorded", async () => {
    const { client } = device(newCluster());
    await expect(client.record([])).rejects.toMatchObject({ code: "invalid_argument" });
  });
});
