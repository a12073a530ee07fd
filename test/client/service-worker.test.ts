// paceline/service-worker as an app bundles it: one file, which runs, sends what waits, and loads nothing.
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { singleFile } from "../../scripts/bundle.mjs";
import { toBase64Url } from "../../src/base/bytes.ts";
import type { ClientOptions, Syncer } from "../../src/client/service-worker.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { newCluster, testLimits, urls } from "../support/cluster.ts";
import { newRound, tallies } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

let text = "";
let createSyncer: (options: Omit<ClientOptions, "worker">) => Syncer;
beforeAll(async () => {
  ({ text } = await singleFile(process.cwd(), "src/client/service-worker.ts"));
  createSyncer = new Function(`${text}; return paceline`)().createSyncer;
});
afterEach(() => vi.restoreAllMocks());

async function waking() {
  const cluster = newCluster();
  const round = await newRound(cluster);
  const page = device(cluster, undefined, { days: undefined, profile: undefined } as object);
  const { coordinator, helper } = cluster.keyrings;
  const syncer = createSyncer({
    coordinator: { url: urls.coordinator, registerKey: toBase64Url(coordinator.signer.publicKey) },
    helper: { url: urls.helper, signingKey: toBase64Url(helper.signer.publicKey) },
    store: page.store,
    limits: testLimits,
    schedule: "at-once",
    platform: { clock: page.clock, transport: page.wire },
  });
  return { ...page, cluster, round, syncer };
}

test("it is one file, and nothing in it loads another", () => {
  expect(text).not.toMatch(/\bimport\s*\(|\bimportScripts\b|\brequire\s*\(|\bimport\.meta\b/);
  expect(text).not.toMatch(/^\s*(import|export)\b/m);
});

test("it sends nothing without consent, and what the page consented to once", async () => {
  const { client, syncer, wire, cluster, round } = await waking();
  expect(await syncer.sync()).toEqual([]);
  expect(wire.sent).toEqual([]);
  await client.consent.grant("service-improvement");
  await client.record([{ day: 20_481, values: { rhr: 62 } }]);
  expect(await syncer.sync()).toMatchObject([{ outcome: "sent" }]);
  expect(await syncer.sync()).toEqual([]);
  expect(await client.sync()).toEqual([]);
  expect(uploadsOf(wire)).toHaveLength(1);
  expect((await tallies(cluster, round.id)).leader.pending).toBe(1);
  expect(await client.log()).toMatchObject([{ delivered: true }]);
});

test("it delivers what the page could not", async () => {
  const { client, syncer, wire } = await waking();
  await client.consent.grant("service-improvement");
  await client.record([{ day: 20_481, values: { rhr: 62 } }]);
  wire.failing = "/reports";
  expect(await client.sync()).toMatchObject([{ outcome: "queued" }]);
  wire.failing = undefined;
  expect(await syncer.sync()).toMatchObject([{ outcome: "sent" }]);
});

test("where the engine lacks a curve it asks for nothing, and no task is refused for it", async () => {
  const other = await import("../../src/client/service-worker.ts");
  const { client, wire, store, cluster } = await waking();
  await client.consent.grant("service-improvement");
  vi.spyOn(globalThis.crypto.subtle, "generateKey").mockRejectedValue(new Error("NotSupportedError"));
  const { coordinator, helper } = cluster.keyrings;
  const syncer = other.createSyncer({
    coordinator: { url: urls.coordinator, registerKey: toBase64Url(coordinator.signer.publicKey) },
    helper: { url: urls.helper, signingKey: toBase64Url(helper.signer.publicKey) },
    store,
    platform: { transport: wire, entropy: nodeEntropy },
  });
  await expect(syncer.sync()).rejects.toMatchObject({ code: "unsupported" });
  expect(wire.sent).toEqual([]);
});
