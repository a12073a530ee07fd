// A question is charged when devices may see it, at both services; what is refused before that costs neither anything.
import { describe, expect, test } from "vitest";
import type { Passing } from "../../src/aggregate/points.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { checkOpen } from "../../src/coordinator/rules.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { checkLedger } from "../../src/release/ledger.ts";
import type { MaskedRow } from "../../src/release/store.ts";
import { decodeManifest } from "../../src/task/manifest.ts";
import { query } from "../storage/row-samples.ts";
import { type Cluster, type ClusterOptions, newCluster, urls } from "../support/cluster.ts";
import { manifestOf, nowSeconds, smallQuestion } from "../support/questions.ts";

const rho = BigInt(manifestOf().rho);

/** What each service has spent, by epoch, and its events in words. */
async function ledgers({ coordinatorStore, helperStore }: Cluster) {
  const all = [];
  for (const store of [coordinatorStore, helperStore])
    all.push(
      await store.transaction(async (rows) => {
        await checkLedger(rows);
        const spent = (await rows.budgets()).filter((row) => row.spent > 0n).map((row) => [row.epoch, row.spent]);
        return { spent: Object.fromEntries(spent), events: (await rows.events()).map(({ kind }) => kind) };
      }),
    );
  const [coordinator, helper] = all as [(typeof all)[0], (typeof all)[0]];
  expect(coordinator?.spent).toEqual(helper?.spent);
  return { spent: coordinator?.spent, coordinator: coordinator?.events, helper: helper?.events };
}

/** Where the helper answers, as if it went away just afterwards. */
const answered = /\/v1\/manifests\/(check|approval)$/;

/** A cluster whose clock the test sets, whose helper can be away, and which calls `at` along the way. */
function moving(options: ClusterOptions = {}, at: Passing = () => undefined) {
  const clock = { at: nowSeconds * 1000, now: () => clock.at };
  const cluster = newCluster({ ...options, clock, passing: at });
  const { send } = cluster.transport;
  let away: string | undefined;
  Object.assign(cluster.transport, {
    send: (request: Parameters<typeof send>[0]) =>
      away !== undefined &&
      request.url.startsWith(`${urls.helper}${away}`) &&
      (away === "" || !answered.test(request.url))
        ? Promise.reject(new PacelineError("unavailable", "no answer"))
        : send(request),
  });
  return {
    cluster,
    clock,
    leave(path: string | undefined) {
      away = path;
    },
  };
}

const everyEpoch = { "2026": rho, "2026-W04": rho, "2026-W05": rho, "2026-W06": rho };

describe("what the helper refuses", () => {
  test("by its policy is refused before anything is reserved, however often it is edited", async () => {
    const cluster = newCluster({ policy: { metrics: ["sleep"] } });
    for (const epsilon of ["1", "0.9", "0.8"])
      await expect(cluster.coordinator.ask({ ...smallQuestion, privacy: { epsilon } })).rejects.toMatchObject({
        code: "policy_refused",
      });
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: [], helper: [] });
    expect(await cluster.coordinator.tasks()).toEqual([]);
  });

  test("for its own budget says that it is the helper's", async () => {
    const cluster = newCluster({ policy: { yearCap: rho - 1n } });
    await expect(cluster.coordinator.ask(smallQuestion)).rejects.toMatchObject({
      code: "budget_exhausted",
      message: expect.stringContaining("the helper's ledger of the year 2026"),
    });
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: [], helper: [] });
  });

  test("after it had agreed is released at both, and asked again as another task", async () => {
    const { cluster, clock } = moving({}, (point) => {
      if (point === "coordinator:reserved" && slow) clock.at += 400_000;
    });
    let slow = true;
    await expect(cluster.coordinator.ask(smallQuestion)).rejects.toThrow("does not start now");
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: ["debit", "release"], helper: [] });
    slow = false;
    clock.at = nowSeconds * 1000;
    const { task, state } = await cluster.coordinator.ask(smallQuestion);
    expect(state).toBe("published");
    expect(await ledgers(cluster)).toEqual({
      spent: everyEpoch,
      coordinator: ["debit", "release", "debit"],
      helper: ["debit"],
    });
    expect((await cluster.coordinator.ask(smallQuestion)).task).toBe(task);
  });

  test("a helper that signs with another key than agreed: both release what it cost", async () => {
    const strange = nodeCrypto.ed25519Generate();
    const { cluster } = moving();
    const honest = cluster.keyrings.helper.signer;
    Object.assign(cluster.keyrings.helper, {
      signer: { ...honest, sign: (m: Uint8Array) => nodeCrypto.ed25519Sign(strange.secret, m) },
    });
    for (let i = 0; i < 2; i++)
      await expect(cluster.coordinator.ask(smallQuestion)).rejects.toMatchObject({ code: "verification_failed" });
    const twice = ["debit", "release", "debit", "release"];
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: twice, helper: twice });
    Object.assign(cluster.keyrings.helper, { signer: honest });
    await cluster.coordinator.ask(smallQuestion);
    expect((await ledgers(cluster)).spent).toEqual(everyEpoch);
  });
});

describe("a helper that is away", () => {
  test("costs nothing", async () => {
    const { cluster, leave } = moving();
    leave("");
    await expect(cluster.coordinator.ask(smallQuestion)).rejects.toMatchObject({ code: "unavailable" });
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: [], helper: [] });
  });

  test("when it should sign: the question waits, and gets its whole time for reports whenever the helper is back", async () => {
    for (const awayMs of [1000, 59_000, 61_000, 10 * 3_600_000]) {
      const { cluster, clock, leave } = moving();
      leave("/v1/manifests");
      await expect(cluster.coordinator.ask(smallQuestion)).rejects.toMatchObject({ code: "unavailable" });
      expect((await cluster.coordinator.ledger()).debits).toHaveLength(1);
      clock.at += awayMs;
      leave(undefined);
      await cluster.coordinator.ask(smallQuestion);
      const [envelope] = await cluster.coordinator.tasks();
      const { opens, closes } = decodeManifest(Buffer.from(envelope?.manifest ?? "", "base64url")).upload;
      expect(opens).toBeLessThanOrEqual(clock.at / 1000);
      expect(closes - clock.at / 1000).toBeGreaterThanOrEqual(3600);
      expect((await ledgers(cluster)).spent).toEqual(everyEpoch);
    }
  });

  test("a reservation that nobody asks about again is released when the helper is back", async () => {
    const { cluster, clock, leave } = moving();
    leave("/v1/manifests");
    await expect(cluster.coordinator.ask(smallQuestion)).rejects.toMatchObject({ code: "unavailable" });
    clock.at += 61_000;
    await cluster.coordinator.recover();
    expect((await cluster.coordinator.ledger()).releases).toEqual([]);
    leave(undefined);
    await cluster.coordinator.recover();
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: ["debit", "release"], helper: [] });
  });
});

describe("questions that nobody can answer are not asked", () => {
  const refusals: [string, object, string][] = [
    ["a window that ends in the future", { window: { end: "2026-02-03", days: 7 } }, "still to come"],
    ["a window that ended long ago", { window: { end: "2025-12-03", days: 7 } }, "ended 61 days ago"],
    ["an age band that no registry has", { groupBy: [{ attribute: "ageBand", values: ["30-39"] }] }, "30-39"],
    [
      "a site that was never listed",
      { groupBy: [{ attribute: "site", values: ["Nrth"] }] },
      "has set no public values for site",
    ],
  ];
  test.each(refusals)("%s", async (_, change, message) => {
    const cluster = newCluster();
    await expect(cluster.coordinator.ask({ ...smallQuestion, ...change })).rejects.toMatchObject({
      code: "invalid_query",
      message: expect.stringContaining(message),
    });
    expect(cluster.traffic).toEqual([]);
    expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: [], helper: [] });
  });

  test("a site that is listed otherwise, with the one that was meant", async () => {
    const cluster = newCluster({ terms: { registry: { definitions: [], lists: { site: ["North", "Harbour"] } } } });
    const asked = (site: string) =>
      cluster.coordinator.ask({ ...smallQuestion, groupBy: [{ attribute: "site", values: [site] }] });
    await expect(asked("Nrth")).rejects.toThrow('did you mean "North"?');
    expect((await asked("North")).state).toBe("published");
  });
});

test.each([
  [
    "a condition",
    `SELECT count(*) FROM members WHERE site = 'Nrth' OVER 14 DAYS ENDING '2026-02-01' WITH (rho = 0.02)`,
  ],
  [
    "a group",
    `SELECT count(*) FROM members GROUP BY site ('Nrth', 'North') OVER 14 DAYS ENDING '2026-02-01' WITH (rho = 0.02)`,
  ],
])("%s of statistics that nobody can have is refused at the planner or by the same rule", async (_, sql) => {
  const cluster = newCluster({ terms: { registry: { definitions: [], lists: { site: ["North", "Harbour"] } } } });
  await expect(cluster.coordinator.ask({ sql })).rejects.toMatchObject({ code: "invalid_query" });
  expect(await ledgers(cluster)).toEqual({ spent: {}, coordinator: [], helper: [] });
});

describe("what would crowd out other questions", () => {
  test("a price of next to nothing, a manifest too large, and too many at one time, by the coordinator's own terms", async () => {
    const own = newCluster({ terms: { rhoMin: 100_000n, openTasksMax: 2 } });
    await expect(own.coordinator.ask({ ...smallQuestion, privacy: { epsilon: "0.000001" } })).rejects.toThrow(
      "at least 100000 nano-rho",
    );
    await own.coordinator.ask(smallQuestion);
    await own.coordinator.ask({ ...smallQuestion, privacy: { epsilon: "0.5" } });
    await expect(own.coordinator.ask({ ...smallQuestion, privacy: { epsilon: "0.4" } })).rejects.toThrow(
      "2 tasks and masked rounds are open",
    );
    // The same question is no new one.
    expect((await own.coordinator.ask(smallQuestion)).state).toBe("published");
    let elsewhere = 0;
    const busy: Cluster = newCluster({
      terms: { openTasksMax: 1 },
      between: (send) => async (request) => {
        // When all has been asked, and before it is reserved, another process reserves a question of its own.
        if (request.url.endsWith("/approval") && elsewhere++ === 0)
          await busy.coordinatorStore.transaction((rows) => rows.putQuery(query({ opens: nowSeconds })));
        return await send(request);
      },
    });
    await expect(busy.coordinator.ask(smallQuestion)).rejects.toMatchObject({ code: "policy_refused" });
    expect(elsewhere).toBe(1);
    expect(await ledgers(busy)).toEqual({ spent: {}, coordinator: [], helper: [] });
    const small = newCluster({ terms: { manifestBytesMax: 1000 } });
    await expect(small.coordinator.ask(smallQuestion)).rejects.toThrow("at most 1000 are published");
    expect(await ledgers(small)).toEqual({ spent: {}, coordinator: [], helper: [] });
  });

  test("open tasks, masked rounds and what is reserved are one number, for questions and rounds alike", async () => {
    const { coordinator, coordinatorStore } = newCluster({ terms: { openTasksMax: 3 } });
    await coordinator.ask(smallQuestion);
    const open = (openTasksMax: number) =>
      coordinatorStore.read((rows) => checkOpen(rows, { openTasksMax }, nowSeconds));
    const refused = { code: "policy_refused" };
    await expect(open(1)).rejects.toMatchObject(refused);
    await open(2);
    const masked: MaskedRow = {
      ...{ task: new Uint8Array(32).fill(9), hash: "of a round", state: "joining", manifest: new Uint8Array(3) },
      ...{ envelope: "{}", closes: nowSeconds + 60, ends: nowSeconds + 90, opening: null, opened: null, because: null },
    };
    await coordinatorStore.transaction((rows) => rows.putMaskedRound(masked));
    await expect(open(2)).rejects.toMatchObject(refused);
    await open(3);
    await coordinatorStore.transaction((rows) => rows.putQuery(query({ opens: nowSeconds })));
    await expect(open(3)).rejects.toThrow("3 tasks and masked rounds are open");
    const other = { ...smallQuestion, privacy: { epsilon: "0.5" } };
    await expect(coordinator.ask(other)).rejects.toMatchObject(refused);
    await coordinatorStore.transaction((rows) => rows.putMaskedRound({ ...masked, state: "aborted" }));
    expect((await coordinator.ask(other)).state).toBe("published");
  });
});
