import { describe, expect, test } from "vitest";
import { call } from "../../src/api/call.ts";
import { helperRoutes } from "../../src/api/routes.ts";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import type { HelperPolicy } from "../../src/helper/policy.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { roundTask } from "../../src/learning/server/rounds/task.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { verifyManifestSignature } from "../../src/task/envelope.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { firstRound } from "../learning/days.ts";
import { type Cluster, leaderToken, newCluster, testPolicy, urls } from "../support/cluster.ts";
import { lastDay, manifestOf, nowSeconds, smallQuestion, vectorManifest } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";

function manifestFor(cluster: Cluster, base: Manifest = manifestOf()): Manifest {
  const hpke = (keyring: Cluster["keyrings"]["helper"]) =>
    toBase64Url(HpkeConfig.encode(hpkeConfigOf(keyring.hpke.id, keyring.hpke.pair.public)));
  const { coordinator, helper } = cluster.keyrings;
  return {
    ...base,
    aggregators: {
      leader: { url: urls.coordinator, hpke: hpke(coordinator) },
      helper: { url: urls.helper, hpke: hpke(helper) },
    },
  };
}
async function sign(cluster: Cluster, manifest: Manifest) {
  // Both services have compared their ledgers.
  await cluster.coordinator.open(() => undefined);
  return await call({ transport: cluster.transport, url: urls.helper, token: leaderToken }, helperRoutes.sign, {
    body: { manifest: toBase64Url(encodeManifest(manifest)) },
  });
}
const leader = (cluster: Cluster) => ({ transport: cluster.transport, url: urls.helper, token: leaderToken });
const check = (cluster: Cluster, manifest: Manifest) =>
  call(leader(cluster), helperRoutes.check, { body: { manifest: toBase64Url(encodeManifest(manifest)) } });
const startingAt = ({ upload }: Manifest, seconds: number) => ({
  opens: upload.opens + seconds,
  closes: upload.closes + seconds,
});
const grouped: typeof smallQuestion = {
  ...smallQuestion,
  groupBy: [{ attribute: "ageBand", values: ["25-34", "35-44"] }],
};
const untouched = async (cluster: Cluster) =>
  await cluster.helperStore.transaction(async (rows) => {
    expect(await rows.tasks()).toEqual([]);
    expect(await rows.events()).toEqual([]);
    expect(await rows.budgets()).toEqual([]);
  });

test("signs what its policy allows, after it has debited its own table, once", async () => {
  const cluster = newCluster();
  const manifest = manifestFor(cluster);
  const { signature, verifyKey } = await sign(cluster, manifest);
  const key = cluster.keyrings.helper.signer.publicKey;
  const bytes = encodeManifest(manifest);
  expect(await verifyManifestSignature(nodeCrypto, "helper", key, bytes, fromBase64Url(signature))).toBe(true);
  expect(await verifyManifestSignature(nodeCrypto, "register", key, bytes, fromBase64Url(signature))).toBe(false);
  for (let i = 0; i < 5; i++) expect(await sign(cluster, manifest)).toEqual({ signature, verifyKey });
  await cluster.helperStore.transaction(async (rows) => {
    expect(await rows.budgets()).toEqual(
      ["2026", "2026-W04", "2026-W05", "2026-W06"].map((epoch) => ({
        epoch,
        cap: epoch === "2026" ? testPolicy.yearCap : testPolicy.epochCap,
        spent: BigInt(manifest.rho),
      })),
    );
    expect(await rows.events()).toHaveLength(1);
  });
});

test("charges what the manifest states, which is at least what its noise costs", async () => {
  const cluster = newCluster();
  await sign(cluster, { ...manifestFor(cluster), rho: "900000000" });
  await cluster.helperStore.transaction(async (rows) => expect((await rows.budgets())[0]?.spent).toBe(900_000_000n));
});

describe("its own policy refuses, whatever the leader says", () => {
  const cases: [string, Partial<HelperPolicy>, (m: Manifest) => Manifest, string][] = [
    ["a purpose", { purposes: ["research"] }, (m) => m, "policy_refused"],
    ["a metric", { metrics: ["sleep", "steps"] }, (m) => m, "policy_refused"],
    ["ρ above its ceiling", { rhoMax: 1n }, (m) => m, "policy_refused"],
    ["a batch below its floor", { minBatchFloor: 6 }, (m) => m, "policy_refused"],
    ["ρ below its least price", { rhoMin: 10n ** 12n }, (m) => m, "policy_refused"],
    ["more bytes than it wants phones to read", { manifestBytesMax: 500 }, (m) => m, "policy_refused"],
    ["more numbers than it allows", { cellsMax: 2 }, (m) => m, "policy_refused"],
    ["more groups than it allows", { groupsMax: 1 }, () => manifestOf(grouped), "policy_refused"],
    [
      "a group that is not in its list",
      { lists: { ageBand: ["a", "b"] } },
      () => manifestOf(grouped),
      "policy_refused",
    ],
    ["a start that is not now", {}, (m) => ({ ...m, upload: startingAt(m, -301) }), "policy_refused"],
    ["a start to come", {}, (m) => ({ ...m, upload: startingAt(m, 301) }), "policy_refused"],
    ["a window of 61 days ago", {}, (m) => ({ ...m, window: { start: 20_424, end: 20_426 } }), "policy_refused"],
    ["a window of tomorrow", {}, (m) => ({ ...m, window: { start: 20_486, end: 20_488 } }), "policy_refused"],
    ["training", { training: false }, () => vectorManifest(), "policy_refused"],
    [
      "another leader",
      {},
      (m) => changed(m, (a) => ({ ...a, leader: { ...a.leader, url: "http://other.test" } })),
      "policy_refused",
    ],
    [
      "another helper's address",
      {},
      (m) => changed(m, (a) => ({ ...a, helper: { ...a.helper, url: "http://other.test" } })),
      "policy_refused",
    ],
    [
      "a key in its name that is not its own",
      {},
      (m) => changed(m, (a) => ({ ...a, helper: { ...a.helper, hpke: a.leader.hpke } })),
      "policy_refused",
    ],
    [
      "a key that is none",
      {},
      (m) => changed(m, (a) => ({ ...a, helper: { ...a.helper, hpke: "AAAA" } })),
      "policy_refused",
    ],
    ["what does not prove", {}, (m) => ({ ...m, rho: "1" }), "manifest_refused"],
  ];
  test.each(cases)("%s", async (name, policy, change, code) => {
    const cluster = newCluster({ policy });
    const manifest = change(manifestFor(cluster));
    const whole = ["training", "more groups than it allows", "a group that is not in its list"].includes(name)
      ? manifestFor(cluster, manifest)
      : manifest;
    await expect(sign(cluster, whole)).rejects.toMatchObject({ code });
    await expect(check(cluster, whole)).rejects.toMatchObject({ code });
    await untouched(cluster);
  });

  test("the right id with another key, or the right key under another id", async () => {
    const cluster = newCluster();
    const { id, pair } = cluster.keyrings.helper.hpke;
    for (const config of [
      hpkeConfigOf(id, nodeCrypto.x25519Generate().public),
      hpkeConfigOf((id + 1) & 255, pair.public),
    ]) {
      const hpke = toBase64Url(HpkeConfig.encode(config));
      const manifest = changed(manifestFor(cluster), (a) => ({ ...a, helper: { ...a.helper, hpke } }));
      await expect(sign(cluster, manifest)).rejects.toMatchObject({ code: "policy_refused" });
    }
    await untouched(cluster);
  });
});

function changed(manifest: Manifest, change: (a: Manifest["aggregators"]) => Manifest["aggregators"]): Manifest {
  return { ...manifest, aggregators: change(manifest.aggregators) };
}

test("a training plan on metrics that are not its own, or beyond the window that pays", async () => {
  const first = await firstRound(attendanceDraft({ metrics: ["steps", "visits"], least: 5 }), lastDay + 1);
  const training = roundTask(first.training, first.terms);
  const cluster = newCluster();
  const whole = { ...manifestFor(cluster), ...training };
  const short = { ...whole, window: { start: whole.window.start + 1, end: whole.window.end } };
  await expect(sign(cluster, short)).rejects.toMatchObject({ code: "manifest_refused" });
  await untouched(cluster);
  expect((await sign(cluster, whole)).signature).toHaveLength(86);
  const few = newCluster({ policy: { metrics: ["steps"] } });
  await expect(sign(few, { ...manifestFor(few), ...training })).rejects.toMatchObject({ code: "policy_refused" });
});

test("its own budget ends a question that the leader's would still pay for", async () => {
  const rho = BigInt(manifestOf().rho);
  const cluster = newCluster({ policy: { epochCap: 2n * rho } });
  const named = (name: string) => ({ ...manifestFor(cluster), name });
  await sign(cluster, named("one"));
  await sign(cluster, named("two"));
  await expect(sign(cluster, named("three"))).rejects.toMatchObject({ code: "budget_exhausted" });
  await cluster.helperStore.transaction(async (rows) => expect(await rows.tasks()).toHaveLength(2));
  // The first two stay signed.
  expect((await sign(cluster, named("one"))).signature).toHaveLength(86);
});

test("it signs so many new tasks within a day, and so many at one time; released ones do not count", async () => {
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const cluster = newCluster({ policy: { tasksPerDay: 3, openTasksMax: 2 }, clock });
  const named = (name: string) => {
    const opens = clock.at / 1000;
    return { ...manifestFor(cluster), name, upload: { opens, closes: opens + 3600 } };
  };
  const first = named("one");
  await sign(cluster, first);
  await sign(cluster, named("two"));
  await expect(sign(cluster, named("three"))).rejects.toThrow("2 tasks take reports at this helper");
  expect(await released(cluster, first)).toEqual({ released: true });
  expect(await released(cluster, first)).toEqual({ released: false });
  await expect(sign(cluster, first)).rejects.toMatchObject({ code: "conflict" });
  await sign(cluster, named("three"));
  clock.at += 3_600_000;
  await sign(cluster, named("four"));
  await expect(sign(cluster, named("five"))).rejects.toThrow("3 tasks within 24 hours");
  clock.at += 23 * 3_600_000 + 1000;
  await sign(cluster, named("five"));
});

test("it releases nothing that a device has answered", async () => {
  const cluster = newCluster();
  const round = await newRound(cluster);
  await round.fill([50, 50, 65, 65, 80]);
  await cluster.coordinator.collect(round.id);
  await expect(released(cluster, round.manifest)).rejects.toMatchObject({ code: "conflict" });
  expect((await cluster.helperStore.transaction((rows) => rows.events())).map(({ kind }) => kind)).toEqual(["debit"]);
});

const released = async (cluster: Cluster, manifest: Manifest) =>
  await call(leader(cluster), helperRoutes.release, {
    body: { task: toBase64Url((await dapTaskOf(nodeCrypto, manifest, encodeManifest(manifest))).id) },
  });

test("its verification key is its seed's and the task's: no two tasks share one, and no device sees it", async () => {
  const cluster = newCluster();
  const one = await sign(cluster, manifestFor(cluster));
  const two = await sign(cluster, { ...manifestFor(cluster), name: "other" });
  expect(one.verifyKey).not.toBe(two.verifyKey);
  const { body } = await cluster.transport.send({ method: "GET", url: `${urls.coordinator}/v1/tasks` });
  expect(new TextDecoder().decode(body)).not.toContain(one.verifyKey);
});

test("it knows no task it has not signed", async () => {
  const cluster = newCluster();
  const url = `${urls.helper}/tasks/${"A".repeat(43)}/aggregation_jobs`;
  const headers = { authorization: `Bearer ${leaderToken}`, "content-type": mediaType("aggregation-job-init-req") };
  const { status } = await cluster.transport.send({ method: "POST", url, headers, body: new Uint8Array(1) });
  expect(status).toBe(404);
});
