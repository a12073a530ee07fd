// Taking reports back: what a member withdraws is told to both aggregators, until both have answered, across failures and restarts.
import { describe, expect, test } from "vitest";
import { fromBase64Url, fromUtf8, toBase64Url } from "../../src/base/bytes.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { reportIdOf } from "../../src/protocol/dap/report-id.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise, urls } from "../support/cluster.ts";
import { nowSeconds, steadyMember } from "../support/questions.ts";
import { newRound, type Round } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const purpose = "service-improvement";
const others = [65, 66, 67, 68, 69];

/** A device that has answered a question that five others answered too. */
async function answered(options = {}) {
  const cluster = newCluster({ noise: noNoise, terms: { jobReports: 6 } });
  const round = await newRound(cluster);
  const one = device(cluster, steadyMember(50), options);
  await one.client.consent.grant(purpose);
  const release = async (of: Round = round) =>
    decodeRelease(await cluster.coordinator.collect(of.id)).values.map(Number);
  const withdrawals = () => one.wire.sent.filter(({ url }) => url.endsWith("/withdrawals"));
  return { cluster, round, ...one, release, withdrawals };
}

describe("withdrawing a purpose", () => {
  test("takes the report out at both aggregators, spends what was spent, and says so", async () => {
    const { client, round, release, withdrawals, store } = await answered();
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
    await round.fill(others);
    const spent = await client.ledger();
    expect(await client.withdraw(purpose)).toEqual([{ outcome: "withdrawn", task: round.text, purpose }]);
    expect(withdrawals().map(({ url }) => url)).toEqual(
      Object.values(urls).map((url) => `${url}/v1/tasks/${round.text}/withdrawals`),
    );
    expect(await release()).toEqual([0, 5, 0]);
    expect([await client.ledger(), await store.keys("withdrawal/")]).toEqual([spent, []]);
    // Not again, and nothing that was withdrawn comes back with a new consent.
    expect(await client.withdraw(purpose)).toEqual([]);
    await client.consent.grant(purpose);
    expect(await client.sync()).toEqual([]);
    expect(withdrawals()).toHaveLength(2);
  });

  test("shows the secret behind the report's own id, and nothing else, in lines of the member log", async () => {
    const { client, clock, round, wire, withdrawals } = await answered();
    await client.sync();
    const { reportId } = Report.decode(uploadsOf(wire)[0]?.body as Uint8Array).metadata;
    clock.at += 1000;
    await client.withdraw(purpose);
    for (const { body, headers } of withdrawals()) {
      const said = JSON.parse(fromUtf8(body as Uint8Array));
      expect(Object.keys(said)).toEqual(["secret"]);
      expect(await reportIdOf(nodeCrypto, round.id, fromBase64Url(said.secret))).toEqual(reportId);
      expect(headers).toEqual({ "content-type": "application/json" });
    }
    const log = await client.log();
    expect(log.map(({ digest }) => digest)).toEqual(
      uploadsOf(wire).map(({ body }) => toBase64Url(nodeCrypto.sha256(body as Uint8Array))),
    );
    expect(log[0]).toMatchObject({ takenBack: "withdrawn" });
    for (const line of log.slice(1))
      expect(line).toMatchObject({ delivered: true, rho: 0, what: expect.stringContaining("taken back") });
  });

  test("of a released question, the report stands: the answer stays as it is, to the byte", async () => {
    const { client, clock, cluster, round, release } = await answered();
    await client.sync();
    await round.fill(others);
    await release();
    clock.at += 1000;
    const released = await cluster.coordinator.release(round.id);
    expect(await client.withdraw(purpose)).toEqual([{ outcome: "stands", task: round.text, purpose }]);
    expect(await client.log()).toMatchObject([{ takenBack: "stands" }, {}, {}]);
    expect(await cluster.coordinator.collect(round.id)).toEqual(released);
  });

  test.each(["coordinator", "helper"] as const)(
    "with the %s away: the other takes it out of both, and the one that was away is told later, after a restart",
    async (party) => {
      const { client, cluster, round, wire, store, clock, release, withdrawals } = await answered();
      await client.sync();
      await round.fill(others);
      clock.at += 1000;
      wire.failing = `${urls[party]}/v1/tasks/${round.text}/withdrawals`;
      expect(await client.withdraw(purpose)).toMatchObject([{ outcome: "withdrawing" }]);
      expect(await client.log()).toMatchObject([{ takenBack: "withdrawing" }, {}, {}]);
      expect(await client.sync()).toMatchObject([{ outcome: "withdrawing" }]);
      expect(await release()).toEqual([0, 5, 0]);
      const again = device(cluster, steadyMember(50), { store });
      again.clock.at = clock.at + 60_000;
      expect(await again.client.sync()).toMatchObject([{ outcome: "withdrawn", task: round.text }]);
      expect(await again.client.sync()).toEqual([]);
      // Once was enough for who had answered.
      expect(withdrawals().filter(({ url }) => !url.startsWith(urls[party]))).toHaveLength(1);
    },
  );

  test("while both are away it goes on asking, and forgets it when the question is over for every party", async () => {
    const { client, round, wire, clock, store } = await answered();
    await client.sync();
    wire.failing = "/withdrawals";
    expect(await client.withdraw(purpose)).toMatchObject([{ outcome: "withdrawing" }]);
    clock.at += 80 * 86_400_000;
    expect(await client.sync()).toMatchObject([{ outcome: "withdrawing", task: round.text }]);
    expect(await store.keys("withdrawal/")).toHaveLength(1);
    // A clock that jumps is not enough: a service says the time too.
    clock.at += 80 * 86_400_000;
    expect(await client.sync()).toMatchObject([{ outcome: "withdrawing" }]);
    const { send } = wire;
    wire.send = async (request) =>
      request.url.endsWith("/withdrawals")
        ? { status: 503, headers: { date: new Date(clock.at).toUTCString() }, body: new Uint8Array(0) }
        : await send(request);
    expect(await client.sync()).toMatchObject([{ outcome: "stands" }]);
    expect(await store.keys("withdrawal/")).toEqual([]);
  });

  test("a page in between that says yes to everything is no answer", async () => {
    const { client, wire, store } = await answered();
    await client.sync();
    const { send } = wire;
    for (const [status, text] of [
      [200, "<html>"],
      [200, '{"stands":"no"}'],
      [200, ""],
      [404, "gone"],
      [500, '{"stands":false}'],
    ] as const) {
      wire.send = async (request) =>
        request.url.endsWith("/withdrawals")
          ? { status, headers: {}, body: new TextEncoder().encode(text) }
          : await send(request);
      const results = await (text === "<html>" ? client.withdraw(purpose) : client.sync());
      expect(results).toMatchObject([{ outcome: "withdrawing" }]);
    }
    wire.send = send;
    expect(await store.keys("withdrawal/")).toHaveLength(1);
    expect(await client.sync()).toMatchObject([{ outcome: "withdrawn" }]);
  });
});

describe("a report whose answer never came", () => {
  test("may have arrived: it is taken back all the same", async () => {
    const { client, wire, round, release } = await answered();
    const { send } = wire;
    wire.send = async (request) => {
      const response = await send(request);
      if (!request.url.endsWith("/reports")) return response;
      throw Object.assign(new Error("cut"), { name: "x" });
    };
    await client.sync().catch(() => undefined);
    wire.send = send;
    await round.fill(others);
    expect(await client.withdraw(purpose)).toMatchObject([{ outcome: "withdrawn" }]);
    expect(await release()).toEqual([0, 5, 0]);
  });

  test("and one that never left is deleted, and nobody is told of it", async () => {
    const { client, wire, store, withdrawals } = await answered();
    wire.failing = "/v1/tasks";
    await client.sync().catch(() => undefined);
    wire.failing = undefined;
    // Made, and held back before a byte of it left.
    const { transaction } = store;
    store.transaction = async (changes) => {
      if (changes.put.some(([key]) => key.startsWith("left/"))) throw new Error("the tab was closed");
      await transaction.call(store, changes);
    };
    await client.sync().catch(() => undefined);
    store.transaction = transaction;
    expect(await store.keys("queue/")).toHaveLength(1);
    expect(await client.withdraw(purpose)).toEqual([]);
    expect([await store.keys("queue/"), await store.keys("withdrawal/"), withdrawals()]).toEqual([[], [], []]);
  });

  test("that is withdrawn while it is about to leave leaves whole and is taken back, or not at all", async () => {
    const { client, store, wire, withdrawals } = await answered();
    const { get } = store;
    let taken: Promise<unknown> | undefined;
    store.get = async (key) => {
      const value = await get.call(store, key);
      // Between the look at the consent and the note of the departure.
      if (key.startsWith("left/") && taken === undefined) {
        taken = client.consent.withdraw(purpose);
        await taken;
      }
      return value;
    };
    await client.sync();
    await client.sync();
    expect(wire.sent.filter(({ url }) => url.endsWith("/reports"))).toEqual([]);
    expect([await store.keys("queue/"), await store.keys("withdrawal/"), withdrawals()]).toEqual([[], [], []]);
  });
});

describe("what a crash leaves half done", () => {
  test("a consent withdrawn and nothing more: the next sync takes everything back, without any consent", async () => {
    const { client, store, cluster, round, release } = await answered();
    await client.sync();
    await round.fill(others);
    const { transaction } = store;
    store.transaction = async (changes) => {
      if (changes.put.some(([key]) => key.startsWith("withdrawal/"))) throw new Error("the tab was closed");
      await transaction.call(store, changes);
    };
    await expect(client.withdraw(purpose)).rejects.toThrow("the tab was closed");
    store.transaction = transaction;
    const again = device(cluster, steadyMember(50), { store });
    expect(await again.client.sync()).toMatchObject([{ outcome: "withdrawn" }]);
    expect(again.wire.sent.every(({ url }) => url.endsWith("/withdrawals"))).toBe(true);
    expect(await release()).toEqual([0, 5, 0]);
  });
});

test("a paused device sends nothing by itself; what its member withdraws then is told at once", async () => {
  const { client, wire, withdrawals } = await answered();
  await client.sync();
  wire.failing = "/withdrawals";
  await client.withdraw(purpose);
  wire.failing = undefined;
  await client.pause();
  const before = wire.sent.length;
  expect(await client.sync()).toEqual([]);
  expect(wire.sent.length).toBe(before);
  expect(await client.withdraw(purpose)).toMatchObject([{ outcome: "withdrawn" }]);
  expect(withdrawals().length).toBeGreaterThan(2);
});

test("any device of a member takes back what another one sent: the secret follows from the account's", async () => {
  const memberSecret = nodeEntropy.bytes(32);
  const { cluster, client, round, release } = await answered({ memberSecret });
  await client.sync();
  const other = device(cluster, steadyMember(50), { memberSecret, store: memoryDeviceStore() });
  await other.client.consent.grant(purpose);
  expect(await other.client.sync()).toMatchObject([{ outcome: "rejected" }]);
  await round.fill(others);
  expect(await other.client.withdraw(purpose)).toMatchObject([{ outcome: "withdrawn" }]);
  expect(await release()).toEqual([0, 5, 0]);
  expect(other.clock.at).toBe(nowSeconds * 1000);
});
