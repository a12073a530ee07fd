// A device of an app that pins no helper: masked rounds, and no task that two aggregators would add up.
import { describe, expect, test } from "vitest";
import { createClient } from "../../../src/client/index.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { population } from "../../../src/simulate/index.ts";
import type { ConsentReceipt } from "../../../src/task/consent.ts";
import { newCluster, urls } from "../../support/cluster.ts";
import { registrarUrl } from "../../support/masked.ts";
import { joinAll, newMaskedCohort } from "../../support/masked-cohort.ts";
import { steadyMember } from "../../support/questions.ts";
import { newRound } from "../../support/rounds.ts";

const people = population({ seed: "alone", members: 8, lastDay: 20_481 });
type Cohort = Awaited<ReturnType<typeof newMaskedCohort>>;

const phone = (cohort: Cohort, i: number, store = memoryDeviceStore()) =>
  cohort.client(people[i] ?? steadyMember(60), i, { helper: undefined as never, store });

test("takes part in masked rounds, and never asks for the register", async () => {
  const cohort = await newMaskedCohort();
  const clients = people.slice(0, 2).map((_, i) => phone(cohort, i));
  for (const client of clients) await client.consent.grant("model-training");
  await joinAll(cohort, clients);
  expect(cohort.traffic.filter(({ url }) => url.startsWith(registrarUrl))).toHaveLength(2);
  expect(cohort.traffic.filter(({ url }) => url.includes("/v1/tasks") || url.startsWith(urls.helper))).toEqual([]);
});

test("a task of two aggregators that waited from when the app had a helper is refused, and nothing is sent", async () => {
  const cluster = newCluster();
  await newRound(cluster);
  const store = memoryDeviceStore();
  const member = steadyMember(60);
  const before = cluster.client(member, { store, schedule: "spread" });
  await before.consent.grant("service-improvement");
  await before.sync();
  expect(await store.keys("pending/")).toHaveLength(1);
  const cohort = await newMaskedCohort();
  const sent: string[] = [];
  const later = cohort.client(member, 0, {
    ...{ helper: undefined as never, store, schedule: "at-once" },
    coordinator: {
      url: urls.coordinator,
      registerKey: Buffer.from(cluster.keyrings.coordinator.signer.publicKey).toString("base64url"),
    },
    platform: {
      ...cohort.platform,
      clock: { now: () => 1_770_000_000_000 + 1_900_000 },
      transport: {
        send: (request) => {
          sent.push(`${request.method} ${request.url}`);
          return cluster.transport.send(request);
        },
      },
    },
  });
  expect(await later.sync()).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
  expect(await store.keys("pending/")).toEqual([]);
  expect(sent.filter((one) => one.startsWith("POST") || one.startsWith("PUT"))).toEqual([]);
  expect(await later.ledger()).toEqual([]);
});

describe("a consent's record names who hears of what", () => {
  const process = (receipt: ConsentReceipt) => receipt.record["dpv:hasProcess"] as Record<string, never>;
  const recipients = (receipt: ConsentReceipt) =>
    (process(receipt)["dpv:hasRecipient"] as unknown as readonly { "@id": string }[]).map((one) => one["@id"]);

  test("without a helper", async () => {
    const client = phone(await newMaskedCohort(), 0);
    const training = await client.consent.grant("model-training");
    expect(recipients(training)).toEqual([urls.coordinator, registrarUrl]);
    expect(JSON.stringify(training.record)).not.toMatch(/split into two|undefined/);
    expect(JSON.stringify(training.record)).toContain("it is masked");
    const other = await client.consent.grant("service-improvement");
    expect(recipients(other)).toEqual([urls.coordinator]);
    expect(JSON.stringify(other.record)).toContain("no question is asked");
  });

  test("with both, the registrar hears of training alone", async () => {
    const cohort = await newMaskedCohort();
    const client = cohort.client(people[0] as never, 0);
    expect(recipients(await client.consent.grant("model-training"))).toEqual([
      ...[urls.coordinator, urls.helper, registrarUrl],
    ]);
    expect(recipients(await client.consent.grant("research"))).toEqual([urls.coordinator, urls.helper]);
  });
});

test("an app that pins neither a helper nor a registrar is told so", () => {
  const coordinator = { url: urls.coordinator, registerKey: "A".repeat(43) };
  expect(() => createClient({ coordinator, store: memoryDeviceStore() })).toThrow("helper is missing");
});
