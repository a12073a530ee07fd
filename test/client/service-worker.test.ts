// paceline/service-worker as an app bundles it: one file, which runs, sends what waits, and loads nothing.
import { afterEach, beforeAll, expect, test, vi } from "vitest";
import { singleFile } from "../../scripts/bundle.mjs";
import { toBase64Url } from "../../src/base/bytes.ts";
import { formatDay } from "../../src/base/calendar.ts";
import type { ClientOptions, Syncer } from "../../src/client/service-worker.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { nodeEntropy } from "../../src/platform/node/index.ts";
import { population } from "../../src/simulate/index.ts";
import { newCluster, testLimits, urls } from "../support/cluster.ts";
import { lastDay } from "../support/questions.ts";
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
  return { ...page, cluster, round, syncer: syncerBeside(cluster, page) };
}

function syncerBeside(cluster: ReturnType<typeof newCluster>, page: ReturnType<typeof device>) {
  const { coordinator, helper } = cluster.keyrings;
  return createSyncer({
    coordinator: { url: urls.coordinator, registerKey: toBase64Url(coordinator.signer.publicKey) },
    helper: { url: urls.helper, signingKey: toBase64Url(helper.signer.publicKey) },
    store: page.store,
    limits: testLimits,
    schedule: "at-once",
    platform: { clock: page.clock, transport: page.wire },
  });
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

test("a training waits for a page: nothing of it leaves, no model is asked for, and the page answers it", async () => {
  const cluster = newCluster();
  const draft = attendanceDraft({ metrics: ["steps", "visits"], expected: 25, least: 5 });
  await cluster.coordinator.trainings.begin({ ...draft, end: formatDay(lastDay) });
  const [member] = population({ seed: "woken", members: 1, lastDay });
  const page = device(cluster, member);
  const syncer = syncerBeside(cluster, page);
  await page.client.consent.grant("model-training");
  for (let i = 0; i < 2; i++)
    expect(await syncer.sync()).toMatchObject([{ outcome: "waiting", why: expect.stringContaining("a page") }]);
  expect(page.wire.sent.every(({ method, url }) => method === "GET" && url.includes("/v1/tasks"))).toBe(true);
  expect(await page.client.sync()).toMatchObject([{ outcome: "sent" }]);
  expect(await syncer.sync()).toEqual([]);
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
