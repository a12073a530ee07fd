// What a coordinator, or whoever stands between, may show a device of a masked round: what does not hold ends it for this device, before
// a share of anything leaves.
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import type { Client, ClientOptions } from "../../../src/client/index.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import { defaultFloors } from "../../../src/protocol/secagg/terms.ts";
import { population } from "../../../src/simulate/index.ts";
import { testLimits, urls } from "../../support/cluster.ts";
import { registrarUrl } from "../../support/masked.ts";
import { type CohortChange, consenting, type MaskedCohort, newMaskedCohort } from "../../support/masked-cohort.ts";
import { lastDay } from "../../support/questions.ts";

const people = population({ seed: "masked", members: 9, lastDay });
const kindsSent = ({ traffic }: MaskedCohort) =>
  traffic.filter(({ url }) => url.endsWith("/messages")).map(({ body }) => body?.[0] as number);
const flipped = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
const another = () => toBase64Url(nodeCrypto.ed25519Generate().public);

describe("a round is refused before anything leaves", () => {
  const registrarOf = (cohort: MaskedCohort) => ({
    url: registrarUrl,
    key: toBase64Url(cohort.registrarKey.signer.publicKey),
    floors: { members: 3, corruptShare: 0, survivors: 2, degree: 2, threshold: 2 },
  });
  test.each<[string, CohortChange, (cohort: MaskedCohort) => Partial<ClientOptions>, string]>([
    [
      "that the register did not sign",
      { envelope: (one) => ({ ...one, register: flipped(one.register) }) },
      () => ({}),
      "register's signature",
    ],
    [
      "that the registrar did not sign",
      { envelope: (one) => ({ ...one, registrar: flipped(one.registrar) }) },
      () => ({}),
      "registrar's signature",
    ],
    [
      "signed by one party in both roles",
      { envelope: (one) => ({ ...one, registrar: one.register }) },
      () => ({}),
      "registrar's signature",
    ],
    [
      "with other bytes",
      { envelope: (one) => ({ ...one, manifest: `${one.manifest.slice(0, -8)}AAAAAAAA` }) },
      () => ({}),
      "signature",
    ],
    ["that is no envelope", { envelope: (one) => ({ ...one, more: "" }) as never }, () => ({}), "no masked round"],
    [
      "of another registrar than the app's",
      {},
      (c) => ({ registrar: { ...registrarOf(c), key: another() } }),
      "registrar's signature",
    ],
    [
      "of another address of it",
      {},
      (c) => ({ registrar: { ...registrarOf(c), url: "https://elsewhere.test" } }),
      "registrar is not the pinned one",
    ],
    [
      "below the usual floors",
      {},
      (c) => ({ registrar: { ...registrarOf(c), floors: {} } }),
      `at least ${defaultFloors.members}`,
    ],
    [
      "with too few neighbours",
      {},
      (c) => ({ registrar: { ...registrarOf(c), floors: { ...registrarOf(c).floors, degree: 9 } } }),
      "neighbours",
    ],
    [
      "that allows for too few corrupt",
      {},
      (c) => ({ registrar: { ...registrarOf(c), floors: { ...registrarOf(c).floors, corruptShare: 0.3 } } }),
      "corrupt members",
    ],
    [
      "whose sum is too small",
      {},
      () => ({ limits: { ...testLimits, minBatchFloor: 50 } }),
      "below this device's floor",
    ],
    ["that costs too much", {}, () => ({ limits: { ...testLimits, rhoPerTask: 0.001 } }), "allows"],
    ["of days long ago", {}, () => ({ limits: { ...testLimits, windowAgeDaysMax: 1 } }), "days ago"],
    [
      "with another model than its hash",
      { weights: (bytes) => bytes.map((byte, i) => (i === 3 ? byte ^ 1 : byte)) },
      () => ({}),
      "another model",
    ],
  ])("%s", async (_, change, more, why) => {
    const cohort = await newMaskedCohort(change);
    const store = memoryDeviceStore();
    const first = cohort.client(people[0] as (typeof people)[number], 0, { store, ...more(cohort) });
    await first.consent.grant("model-training");
    const results = await first.sync();
    expect(results).toEqual([{ outcome: "refused", code: "manifest_refused", why: expect.stringContaining(why) }]);
    expect(cohort.traffic.filter(({ body }) => body !== undefined)).toEqual([]);
    expect([...(await store.keys("masked/")), ...(await store.keys("task/")), ...(await store.keys("epoch/"))]).toEqual(
      [],
    );
  });

  test("by a member who gave no consent, without one request", async () => {
    const cohort = await newMaskedCohort();
    const client = cohort.client(people[0] as (typeof people)[number], 0);
    await client.sync();
    expect(cohort.traffic).toEqual([]);
    await client.consent.grant("research");
    await client.sync();
    expect(cohort.traffic.filter(({ url }) => url.includes("masked"))).toEqual([]);
  });

  test("by an app that pins no registrar, which asks for none", async () => {
    const cohort = await newMaskedCohort();
    const client = cohort.client(people[0] as (typeof people)[number], 0, { registrar: undefined as never });
    await client.consent.grant("model-training");
    expect(await client.sync()).toEqual([]);
    expect(cohort.traffic.filter(({ url }) => url.includes("masked"))).toEqual([]);
  });

  test.each<[string, (cohort: MaskedCohort) => object]>([
    ["the coordinator's address", (c) => ({ ...registrarOf(c), url: urls.coordinator })],
    ["the coordinator's key", (c) => ({ ...registrarOf(c), key: toBase64Url(c.register.publicKey) })],
    ["no key", () => ({ url: registrarUrl })],
    ["a floor that is none", (c) => ({ ...registrarOf(c), floors: { members: Number.NaN } })],
    ["a floor that is not known", (c) => ({ ...registrarOf(c), floors: { member: 3 } })],
    ["headers that are none", (c) => ({ ...registrarOf(c), headers: "x" })],
  ])("options with %s are refused by name", async (_, options) => {
    const cohort = await newMaskedCohort();
    const client = cohort.client(people[0] as (typeof people)[number], 0, { registrar: options(cohort) as never });
    await client.consent.grant("model-training");
    await expect(client.sync()).rejects.toMatchObject({
      code: "invalid_argument",
      message: expect.stringContaining("registrar"),
    });
  });
});

describe("a party that does not behave", () => {
  test("a coordinator that asks the same for ever is told once a sync", async () => {
    const cohort = await newMaskedCohort({ asksAgain: true });
    const clients = await consenting(cohort, people);
    for (const client of clients) await client.sync();
    cohort.pass((cohort.joiningCloses - cohort.at()) / 1000);
    const before = kindsSent(cohort).length;
    await (clients[0] as Client).sync();
    expect(kindsSent(cohort).length - before).toBe(1);
  });

  test("a registrar that gives no place, or whose session is over: the first is for ever, the second waits", async () => {
    const cohort = await newMaskedCohort();
    const [first] = await consenting(cohort, people);
    const twin = cohort.client(people[0] as (typeof people)[number], 0);
    await twin.consent.grant("model-training");
    expect(await (first as Client).sync()).toMatchObject([{ outcome: "waiting" }]);
    // Another device of the same account.
    expect(await twin.sync()).toMatchObject([{ outcome: "rejected", why: expect.stringContaining("another device") }]);
    expect(await twin.sync()).toEqual([]);
    const options = {
      url: registrarUrl,
      key: toBase64Url(cohort.registrarKey.signer.publicKey),
      floors: { members: 3, corruptShare: 0, survivors: 2, degree: 2, threshold: 2 },
    };
    const stranger = cohort.client(people[1] as (typeof people)[number], 1, {
      registrar: { ...options, headers: () => ({}) },
    });
    await stranger.consent.grant("model-training");
    for (let i = 0; i < 2; i++)
      expect(await stranger.sync()).toMatchObject([
        { outcome: "waiting", why: expect.stringContaining("no place yet") },
      ]);
  });
});
