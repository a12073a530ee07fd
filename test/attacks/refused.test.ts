// Attacks that a rule ends before any noise has to: races for the budget, cohorts that are too small, categories chosen by
// data, metrics that nobody signed.
import { describe, expect, test } from "vitest";
import { fromBase64Url, toBase64Url } from "../../src/base/bytes.ts";
import { population } from "../../src/simulate/index.ts";
import { newCluster } from "../support/cluster.ts";
import { target } from "../support/differencing.ts";
import { operatorRegistry, registryKeys } from "../support/operator.ts";
import { lastDay, planOf, signingKeys } from "../support/questions.ts";

const caps = { epochCap: 500_000_000n, yearCap: 1_000_000_000n };

describe("budget races", () => {
  test("sixty questions at once, in two languages, get what the caps pay for and not one more", async () => {
    const cluster = newCluster({ terms: caps, policy: caps });
    const questions = Array.from({ length: 60 }, (_, i) =>
      i % 2 === 0
        ? { sql: `SELECT COUNT(*) FROM member_week WITH (days_min = ${1 + (i >> 2)}, rho = 0.07)` }
        : { version: 2, select: [{ statistic: "count" }], daysMin: 1 + (i >> 2), privacy: { rho: "0.07" } },
    );
    const settled = await Promise.allSettled(questions.map((question) => cluster.coordinator.ask(question)));
    const tasks = settled.flatMap((one) => (one.status === "fulfilled" ? [one.value.task] : []));
    const reasons = settled.flatMap((one) => (one.status === "rejected" ? [one.reason.code] : []));
    // Each is asked four times, twice in each language: 0.07 fits seven times into 0.5.
    expect(new Set(tasks).size).toBe(7);
    expect(new Set(reasons)).toEqual(new Set(["budget_exhausted"]));
    for (const store of [cluster.coordinatorStore, cluster.helperStore])
      await store.transaction(async (rows) => {
        expect(await rows.events()).toHaveLength(7);
        for (const { spent, cap } of await rows.budgets()) expect(spent).toBeLessThanOrEqual(cap);
      });
  });
});

describe("small cohorts", () => {
  const sql = "SELECT COUNT(*) FROM member_week WITH (rho = 0.02)";

  test("below either party's floor nothing is asked", async () => {
    for (const floors of [{ terms: { minBatchFloor: 50 } }, { policy: { minBatchFloor: 50 } }]) {
      const cluster = newCluster(floors);
      const ask = cluster.coordinator.ask({ sql: sql.replace("WITH (", "WITH (min_cohort = 49, ") });
      await expect(ask).rejects.toMatchObject({ code: "policy_refused" });
      expect((await cluster.coordinator.ledger()).epochs.filter(({ spent }) => spent !== "0")).toEqual([]);
    }
  });

  test("a batch below its minimum gives nothing, and costs all the same", async () => {
    const cluster = newCluster();
    const { task } = await cluster.coordinator.ask({ sql });
    for (const member of [target, ...population({ seed: "few", members: 3, lastDay })]) {
      const client = cluster.client(member);
      await client.consent.grant("service-improvement");
      await client.sync();
    }
    await expect(cluster.coordinator.collect(fromBase64Url(task))).rejects.toMatchObject({
      code: "invalid_batch_size",
    });
    const { debits } = await cluster.coordinator.ledger();
    expect(debits.map(({ task: paid }) => paid)).toEqual([task]);
  });
});

describe("categories chosen by data", () => {
  test.each([
    "SELECT TOP(device_class, 3) FROM member_week WHERE age_band IN ('her')",
    "SELECT COUNT(*) FROM member_week WHERE device_class IN ('serial 4711')",
    "SELECT COUNT(*) FROM member_week GROUP BY email",
    "SELECT TOP(rhr, 5) FROM member_week",
    "SELECT COUNT(*) FROM member_week GROUP BY rhr",
  ])("%s", async (sql) => {
    const cluster = newCluster();
    await expect(cluster.coordinator.ask({ sql })).rejects.toMatchObject({ code: "invalid_query" });
    expect((await cluster.coordinator.ledger()).debits).toEqual([]);
  });

  // A condition on what members measured is nobody's secret to pass: it makes reports null, under the noise of everybody's.
  test("a condition that one person meets buys nothing: the noise is that of the question without it", () => {
    const noiseOf = (where: string) =>
      planOf({ sql: `SELECT COUNT(*) FROM member_week ${where} WINDOW LAST 4 WEEKS WITH (rho = 0.02)` }).noise;
    expect(noiseOf("WHERE rhr >= 109")).toEqual(noiseOf(""));
  });

  test.each([
    { select: [{ statistic: "top", attribute: "ageBand", values: ["18-24", "her"] }] },
    { select: [{ statistic: "count" }], groupBy: [{ attribute: "deviceClass", values: ["serial 4711"] }] },
    { select: [{ statistic: "histogram", of: { formula: "rhr" }, edges: [109, 110, 250] }] },
  ])("%j", async (draft) => {
    await expect(newCluster().coordinator.ask({ version: 2, ...draft })).rejects.toMatchObject({
      code: "invalid_query",
    });
  });
});

describe("a metric made to single someone out", () => {
  const ask = { sql: "SELECT AVG(mood) FROM member_week WITH (rho = 0.02)" };

  test("is signed by no helper that pins another key, and answered by no device that does", async () => {
    const registry = await operatorRegistry();
    const stranger = signingKeys().publicKey;
    const refusing = newCluster({ terms: { registry }, policy: { registry: { key: stranger } } });
    await expect(refusing.coordinator.ask(ask)).rejects.toMatchObject({ code: "policy_refused" });
    const cluster = newCluster({ terms: { registry }, policy: { registry: { key: registryKeys.publicKey } } });
    await cluster.coordinator.ask(ask);
    for (const registryKey of [undefined, toBase64Url(stranger)]) {
      const client = cluster.client(target, registryKey === undefined ? {} : { registryKey });
      await client.consent.grant("service-improvement");
      expect(await client.sync()).toMatchObject([{ outcome: "refused", code: "manifest_refused" }]);
    }
  });
});
