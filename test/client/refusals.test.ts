import { describe, expect, test } from "vitest";
import { toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { attendanceDraft } from "../../src/learning/plan/attendance.ts";
import { weightsBytes } from "../../src/learning/plan/weights.ts";
import { roundTask } from "../../src/learning/server/rounds/task.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { firstRound } from "../learning/days.ts";
import { newCluster } from "../support/cluster.ts";
import { changedAt, lastDay, leafPaths, vectorManifest } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, signedByBoth, uploadsOf } from "./harness.ts";

const cluster = newCluster();
const round = await newRound(cluster);
const [envelope] = await cluster.coordinator.tasks();
if (envelope === undefined) throw new Error("a task");
const good = envelope;

/** A device that consented to everything, before a register that shows these envelopes. */
async function shown(...envelopes: (typeof good)[]) {
  const one = device(cluster);
  for (const purpose of ["service-improvement", "research", "model-training"] as const)
    await one.client.consent.grant(purpose);
  one.wire.envelopes = envelopes;
  const results = await one.client.sync();
  return { ...one, results, uploads: uploadsOf(one.wire) };
}
const refusedBytes = async (manifest: Uint8Array | Manifest) => {
  const bytes = manifest instanceof Uint8Array ? manifest : encodeManifest(manifest);
  const { results, uploads, client, read } = await shown(await signedByBoth(cluster, bytes));
  expect(results).toMatchObject([{ outcome: "refused" }]);
  expect(uploads).toEqual([]);
  expect(read.days).toBe(0);
  expect(await client.ledger()).toEqual([]);
  expect(await client.log()).toEqual([]);
};

test("the control: the good envelope is answered", async () => {
  const { results, uploads } = await shown(good);
  expect(results).toMatchObject([{ outcome: "sent" }]);
  expect(uploads).toHaveLength(1);
});

describe("signatures: every device refuses, and sends nothing", () => {
  const zero = `${"A".repeat(86)}`;
  test.each<[string, typeof good]>([
    ["none by the register", { ...good, register: "" }],
    ["none by the helper", { ...good, helper: "" }],
    ["a zero signature", { ...good, helper: zero }],
    ["the register's twice", { ...good, helper: good.register }],
    ["the helper's twice", { ...good, register: good.helper }],
    ["swapped", { ...good, register: good.helper, helper: good.register }],
    ["no manifest", { ...good, manifest: "" }],
    ["a manifest that is no base64", { ...good, manifest: "%%%" }],
  ])("%s", async (_, wrong) => {
    const { results, uploads, read } = await shown(wrong);
    expect(results).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
    expect(uploads).toEqual([]);
    expect(read.days).toBe(0);
  });

  test.each(leafPaths(round.manifest).map((path) => [path.join("."), path] as const))(
    "%s altered after signing",
    async (_, path) => {
      const altered = changedAt(round.manifest, path, (old) => (typeof old === "number" ? old + 1 : `${old}1`));
      const { results, uploads } = await shown({ ...good, manifest: toBase64Url(utf8(JSON.stringify(altered))) });
      expect(results).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
      expect(uploads).toEqual([]);
    },
  );

  test("another helper's signature", async () => {
    const other = newCluster();
    const mixed = await signedByBoth(
      { ...cluster, keyrings: { ...cluster.keyrings, helper: other.keyrings.helper } },
      round.bytes,
    );
    expect((await shown(mixed)).uploads).toEqual([]);
  });
});

describe("content that both signed: public facts refuse, and send nothing", () => {
  const { manifest } = round;
  const aggregators = (change: object) => ({ ...manifest, aggregators: { ...manifest.aggregators, ...change } });
  const openingIn = (seconds: number): Manifest => {
    const opens = manifest.upload.opens + seconds;
    return { ...manifest, upload: { opens, closes: opens + 3600 } };
  };
  test.each<[string, Manifest]>([
    ["ρ under-stated", { ...manifest, rho: "1" }],
    ["ρ above the device's ceiling", { ...manifest, rho: "1000000001" }],
    ["a batch below its floor", { ...manifest, minBatch: 4 }],
    ["a day and more too early", openingIn(86_401)],
    ["a window that ended long ago", { ...manifest, window: { start: 20_400, end: 20_420 } }],
    ["closed", { ...manifest, upload: { opens: 1, closes: manifest.upload.opens } }],
    ["another leader", aggregators({ leader: { ...manifest.aggregators.leader, url: "http://elsewhere.test" } })],
    ["another helper", aggregators({ helper: { ...manifest.aggregators.helper, url: "http://elsewhere.test" } })],
    ["a receiving key that is none", aggregators({ leader: { ...manifest.aggregators.leader, hpke: "AAAA" } })],
    [
      "a chunk length the proof system has not",
      { ...manifest, vdaf: { type: "Prio3Histogram", length: 4, chunkLength: 9 } },
    ],
    [
      "a map that keeps the null column",
      {
        ...manifest,
        map: {
          columns: 4,
          rows: [
            [0, 1],
            [3, 1],
          ],
        },
      },
    ],
    ["a map steeper than its noise", { ...manifest, map: { columns: 4, rows: [[0, 2]] } }],
    [
      "a training plan that is none",
      { ...vectorManifest(), rho: "400000000", aggregators: manifest.aggregators, upload: manifest.upload },
    ],
  ])("%s", async (_, wrong) => refusedBytes(wrong));

  test("bytes that are no manifest", async () => {
    for (const bytes of [utf8("{}"), utf8("[]"), new Uint8Array(1)]) await refusedBytes(bytes);
  });

  test("one refused task does not keep the next from being answered", async () => {
    const wrong = await signedByBoth(
      cluster,
      encodeManifest(aggregators({ leader: { ...manifest.aggregators.leader, hpke: "AAAA" } })),
    );
    const { results, uploads } = await shown(wrong, { ...good, helper: "" }, good);
    expect(results.map(({ outcome }) => outcome)).toEqual(["refused", "refused", "sent"]);
    expect(uploads).toHaveLength(1);
  });
});

test("a training plan that reads days its window does not pay for", async () => {
  const first = await firstRound(attendanceDraft({ metrics: ["steps", "visits"], least: 5 }), lastDay + 1);
  await cluster.coordinatorStore.transaction((rows) =>
    rows.putModel(first.training.weights, weightsBytes(first.weights)),
  );
  const training = roundTask(first.training, first.terms);
  const noise = { ...training.noise, unit: round.manifest.noise.unit };
  const whole = { ...round.manifest, ...training, noise };
  const { results } = await shown(await signedByBoth(cluster, encodeManifest(whole)));
  // Answered (and unknown to the coordinator, which never published it).
  expect(results).toMatchObject([{ outcome: "rejected", isNull: true }]);
  await refusedBytes({ ...whole, window: { start: whole.window.start + 1, end: whole.window.end } });
});

test("consent that is withdrawn, or a pause, while a sync runs stops what is left of it", async () => {
  for (const stop of ["withdraw", "pause"] as const) {
    const { client, wire, store } = device(cluster);
    await client.consent.grant("service-improvement");
    const register = wire.send.bind(wire);
    wire.send = async (request) => {
      const answer = await register(request);
      if (request.url.includes("/v1/tasks"))
        await (stop === "pause" ? client.pause() : client.consent.withdraw("service-improvement"));
      return answer;
    };
    await client.sync();
    expect(uploadsOf(wire)).toEqual([]);
    expect(await store.keys("epoch/")).toEqual([]);
  }
});

describe("without consent", () => {
  test("not even a request leaves, and no day is read", async () => {
    const { client, wire, read } = device(cluster);
    for (let i = 0; i < 3; i++) expect(await client.sync()).toEqual([]);
    expect(wire.sent).toEqual([]);
    expect(read.days).toBe(0);
  });

  test("to this purpose, nothing but the question for tasks leaves", async () => {
    const { client, wire } = device(cluster);
    await client.consent.grant("research");
    expect(await client.sync()).toMatchObject([{ outcome: "refused", code: "consent_missing" }]);
    expect(uploadsOf(wire)).toEqual([]);
  });

  test("withdrawn again, nothing leaves; granted anew, it is answered", async () => {
    const { client, wire } = device(cluster);
    await client.consent.grant("service-improvement");
    await client.consent.withdraw("service-improvement");
    expect(await client.sync()).toEqual([]);
    expect(wire.sent).toEqual([]);
    const [receipt] = await client.consent.receipts();
    expect(receipt).toMatchObject({ purpose: "service-improvement", withdrawnAt: expect.any(Number) });
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });

  test("withdrawn while a report waits: it never leaves, though another purpose stays", async () => {
    const { client, wire } = device(cluster);
    await client.consent.grant("service-improvement");
    await client.consent.grant("research");
    wire.failing = "/reports";
    expect(await client.sync()).toMatchObject([{ outcome: "queued" }]);
    wire.failing = undefined;
    await client.consent.withdraw("service-improvement");
    const before = uploadsOf(wire).length;
    await client.sync();
    expect(uploadsOf(wire)).toHaveLength(before);
  });

  test("paused, nothing leaves; resumed, it is answered", async () => {
    const { client, wire } = device(cluster);
    await client.consent.grant("service-improvement");
    await client.pause();
    expect(await client.sync()).toEqual([]);
    expect(wire.sent).toEqual([]);
    await client.resume();
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });
});

test("a device that pinned another register or helper refuses this one's tasks", async () => {
  const other = newCluster();
  const { wire, client } = device(other);
  await client.consent.grant("service-improvement");
  wire.envelopes = [good];
  expect(await client.sync()).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
  expect(uploadsOf(wire)).toEqual([]);
});
