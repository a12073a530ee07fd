// Spent tokens are forgotten on a public fact alone: their issuer's key is in nobody's configuration and in no task that is open.
import { expect, test } from "vitest";
import { expireTasks } from "../../src/aggregate/retention.ts";
import { refuseRetired, retireIssuers } from "../../src/aggregate/retire-issuers.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { contributionOf, newRound, tallies } from "../support/rounds.ts";
import { newTestIssuer } from "../support/tokens.ts";

const DAY_MS = 86_400_000;

async function setting() {
  const clock = { ms: 1_770_000_000_000, now: () => clock.ms };
  const [old, next] = [
    await newTestIssuer(20_000_000n, 4_000_000_000n),
    await newTestIssuer(20_000_000n, 4_000_000_000n),
  ];
  const cluster = newCluster({ noise: noNoise, clock, terms: { tokens: old.terms }, policy: { tokens: old.terms } });
  const round = await newRound(cluster);
  const count = round.manifest.tokens?.count ?? 0;
  const reports = await Promise.all(
    Array.from({ length: 5 }, async () => {
      const tokens = await old.tokens(count);
      const { bytes } = await round.reporter.seal(contributionOf(round.manifest, 62), tokens);
      return { tokens, bytes };
    }),
  );
  for (const { bytes } of reports) expect(await round.send(bytes)).toBeUndefined();
  const stores = [cluster.coordinatorStore, cluster.helperStore] as const;
  const retire = (terms = next.terms) => Promise.all(stores.map((store) => retireIssuers(nodeCrypto, store, terms)));
  return { clock, old, next, cluster, round, count, reports, stores, retire };
}

test("while the configuration or an open task names the key, they are known; after its batch they are not needed", async () => {
  const { old, cluster, round, count, reports, stores, retire } = await setting();
  expect(await retire(old.terms)).toEqual([0, 0]);
  // The key was replaced, and reports of the task are still to be verified.
  expect(await retire()).toEqual([0, 0]);
  await cluster.coordinator.collect(round.id);
  expect((await tallies(cluster, round.id)).helper.accepted).toBe(5);
  expect(await retire(old.terms)).toEqual([0, 0]);
  expect(await retire()).toEqual([5 * count, 5 * count]);
  expect(await retire()).toEqual([0, 0]);
  const names = reports[0]?.tokens.map(({ nonce }) => nonce.slice(0, 16)) ?? [];
  for (const store of stores) {
    // Neither one that was spent nor a fresh one pays for anything again.
    expect(await store.transaction((rows) => rows.spendTokens(old.key.id, names))).toBe(false);
    expect(await store.transaction((rows) => rows.spendTokens(old.key.id, [new Uint8Array(16)]))).toBe(false);
    await expect(refuseRetired(nodeCrypto, store, old.terms)).rejects.toMatchObject({ code: "misconfigured" });
  }
});

test("of a task that nobody collects, as long as it is kept", async () => {
  const { clock, next, round, count, stores, retire, old } = await setting();
  clock.ms = 1000 * round.manifest.upload.closes + 29 * DAY_MS;
  for (const store of stores) expect(await expireTasks(store, clock)).toBe(0);
  expect(await retire()).toEqual([0, 0]);
  clock.ms += 2 * DAY_MS;
  for (const store of stores) expect(await expireTasks(store, clock)).toBe(1);
  // The helper was never asked to verify: it knows none.
  expect(await retire()).toEqual([5 * count, 0]);
  const [leader] = stores;
  await refuseRetired(nodeCrypto, leader, next.terms);
  await expect(refuseRetired(nodeCrypto, leader, old.terms)).rejects.toMatchObject({ code: "misconfigured" });
});

test("a retired key pays for nothing, though a configuration names it again", async () => {
  const { old, cluster, round, stores, retire } = await setting();
  await cluster.coordinator.collect(round.id);
  await retire();
  const again = newCluster({
    noise: noNoise,
    terms: { tokens: old.terms },
    policy: { tokens: old.terms },
  });
  const other = await newRound(again);
  for (const store of [again.coordinatorStore, again.helperStore])
    await store.transaction((rows) => rows.retireIssuer(old.key.id));
  const tokens = await old.tokens(other.manifest.tokens?.count ?? 0);
  const { bytes } = await other.reporter.seal(contributionOf(other.manifest, 62), tokens);
  expect(await other.send(bytes)).toBe("report_dropped");
  expect(await stores[0].read((rows) => rows.spentIssuers())).toEqual([]);
});
