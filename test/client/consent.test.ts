import { describe, expect, test } from "vitest";
import { newCluster } from "../support/cluster.ts";
import { newRound } from "../support/rounds.ts";
import { device, reportsOf } from "./harness.ts";

/** A device whose report was sealed and could not leave. */
async function queued() {
  const cluster = newCluster();
  await newRound(cluster);
  const one = device(cluster);
  await one.client.consent.grant("service-improvement");
  one.wire.failing = "/reports";
  expect(await one.client.sync()).toMatchObject([{ outcome: "queued" }]);
  one.wire.failing = undefined;
  return { ...one, cluster, left: reportsOf(one.wire).length };
}

describe("a report that was sealed before a withdrawal", () => {
  test("never leaves after a new consent, though the clock stood still; its bytes are gone, its cost stays", async () => {
    const { client, wire, store, left } = await queued();
    const spent = await client.ledger();
    await client.consent.withdraw("service-improvement");
    expect([await store.keys("queue/"), (await store.keys("task/")).length]).toEqual([[], 1]);
    await client.consent.grant("service-improvement");
    for (let i = 0; i < 3; i++) expect(await client.sync()).toEqual([]);
    expect(reportsOf(wire)).toHaveLength(left);
    expect(await client.ledger()).toEqual(spent);
  });

  test("nor when its bytes outlived the withdrawal, as after a crash in the midst of it", async () => {
    const { client, wire, store, left } = await queued();
    const [key = ""] = await store.keys("queue/");
    const kept = (await store.get(key)) as Uint8Array;
    await client.consent.withdraw("service-improvement");
    await store.transaction({ put: [[key, kept]], delete: [] });
    await client.consent.grant("service-improvement");
    await client.sync();
    expect(reportsOf(wire)).toHaveLength(left);
  });

  test("nor when consent is withdrawn and given again while it is sealed", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const one = device(cluster, undefined, {
      days: async () => {
        await one.client.consent.withdraw("service-improvement");
        return [{ day: 20_481, values: { rhr: 60 } }];
      },
    });
    await one.client.consent.grant("service-improvement");
    expect(await one.client.sync()).toEqual([]);
    expect([reportsOf(one.wire), await one.client.ledger()]).toEqual([[], []]);
  });
});

test("a purpose that does not exist cannot be consented to", async () => {
  const { client } = device(newCluster());
  await expect(client.consent.grant("advertising" as never)).rejects.toMatchObject({ code: "invalid_argument" });
  await expect(client.consent.withdraw("advertising" as never)).rejects.toMatchObject({ code: "invalid_argument" });
});
