// An operator's own metric, from its registry file to a released answer, through both services and devices that pin its key.
import { expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { operatorFile, operatorRegistry, registryKeys } from "../support/operator.ts";
import { binsOf, lastDay, type SentQuestion, signingKeys, smallQuestion } from "../support/questions.ts";

const registry = await operatorRegistry();
const key = registryKeys.publicKey;
const own = new Set(registry.definitions.map(({ hash }) => hash));
const question: SentQuestion = {
  ...smallQuestion,
  title: "How was your mood?",
  select: binsOf("mood", [0, 4, 7, 10]),
  groupBy: [{ attribute: "floor", values: ["ground", "first"] }],
};

const member = (mood: number, floor: string) => ({
  id: `member-${mood}-${floor}`,
  profile: { floor },
  days: [0, 1, 2].map((i) => ({ day: lastDay - i, values: { mood } })),
});

test("devices that pin the key answer, within the signed bounds; others send nothing", async () => {
  const cluster = newCluster({ noise: noNoise, terms: { registry }, policy: { registry: { own } } });
  const asked = await cluster.coordinator.ask(question);
  const registryKey = toBase64Url(key);
  const members = [
    member(2, "ground"),
    member(5, "ground"),
    member(9, "first"),
    member(10, "first"),
    member(11, "first"),
  ];
  for (const each of members) {
    const client = cluster.client(each, { registryKey });
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "sent", isNull: each.days[0]?.values.mood === 11 }]);
  }
  for (const options of [{}, { registryKey: toBase64Url(signingKeys().publicKey) }]) {
    const client = cluster.client(member(5, "ground"), options);
    await client.consent.grant("service-improvement");
    expect(await client.sync()).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
  }
  const release = decodeRelease(await cluster.coordinator.collect(fromBase64Url(asked.task)));
  // 11 is outside what can be: missing, not clipped to 10.
  expect(release.values).toEqual([1, 1, 0, 0, 0, 2]);
  expect(release.definitions?.map(({ definition }) => definition.id)).toEqual(["mood", "floor"]);
  const client = cluster.client(member(5, "ground"), { registryKey });
  expect(await client.ownValue(release)).toEqual({ values: [5], group: "ground", among: true });
});

test("a helper takes what its own file has or its pinned key signed, and nothing else", async () => {
  const ask = (policy: object) =>
    newCluster({ terms: { registry }, policy: { registry: policy } }).coordinator.ask(question);
  expect(await ask({ own })).toMatchObject({ state: "published" });
  expect(await ask({ key })).toMatchObject({ state: "published" });
  await expect(ask({})).rejects.toMatchObject({ code: "policy_refused" });
  await expect(ask({ own: new Set() })).rejects.toMatchObject({ code: "policy_refused" });
  await expect(ask({ key: signingKeys().publicKey })).rejects.toMatchObject({ code: "policy_refused" });
});

test("a metric that only another coordinator knows cannot be asked about", async () => {
  await expect(newCluster().coordinator.ask({ ...question, groupBy: [] })).rejects.toThrow('no metric "mood"');
});

test("another definition under the same name is another question", async () => {
  const file = operatorFile();
  Object.assign(file.metrics[0] as object, { plausible: [0, 20] });
  const changed = await operatorRegistry(file);
  const hashes = await Promise.all(
    [registry, changed, registry].map(async (each) => {
      const cluster = newCluster({ terms: { registry: each }, policy: { registry: { key } } });
      return (await cluster.coordinator.ask(question)).queryHash;
    }),
  );
  expect(hashes[0]).toBe(hashes[2]);
  expect(hashes[0]).not.toBe(hashes[1]);
});
