import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import { fail } from "../../src/base/errors.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { DeviceStore } from "../../src/ports/device-store.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { decodeRelease } from "../../src/task/release.ts";
import { newCluster, noNoise, testLimits, testPolicy } from "../support/cluster.ts";
import { lastDay, manifestOf, smallQuestion, steadyMember } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const rho = Number(manifestOf().rho) / 1e9;

async function consenting(...args: Parameters<typeof device>) {
  const one = device(...args);
  await one.client.consent.grant("service-improvement");
  return one;
}

test("making a client does nothing at all", () => {
  const { wire, read } = device(newCluster());
  expect([wire.sent, read.days]).toEqual([[], 0]);
});

test("a task is answered once, however often the device syncs, and charged to every epoch it touches", async () => {
  const cluster = newCluster();
  const round = await newRound(cluster);
  const { client, wire } = await consenting(cluster);
  expect(await client.sync()).toEqual([{ outcome: "sent", task: round.text, name: "small", isNull: false }]);
  for (let i = 0; i < 5; i++) expect(await client.sync()).toEqual([]);
  expect(uploadsOf(wire)).toHaveLength(1);
  expect(await client.ledger()).toEqual([
    { epoch: "2026", spent: rho, cap: 12 },
    // Two of the window, and the one in which it answered.
    ...["2026-W04", "2026-W05", "2026-W06"].map((epoch) => ({ epoch, spent: rho, cap: 3 })),
  ]);
});

test("syncs at once answer once and charge once", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  const { client } = await consenting(cluster);
  const results = await Promise.all(Array.from({ length: 6 }, () => client.sync()));
  expect(results.flat().every(({ outcome }) => outcome === "sent")).toBe(true);
  expect((await client.ledger()).map(({ spent }) => spent)).toEqual([rho, rho, rho, rho]);
  await round.fill([50, 50, 50, 50]);
  expect(decodeRelease(await cluster.coordinator.collect(round.id)).values).toEqual([4, 1, 0]);
});

describe("private reasons make the report null, of the same size", () => {
  async function uploadOf(one: Awaited<ReturnType<typeof consenting>>) {
    const [result] = await one.client.sync();
    expect(result).toMatchObject({ outcome: "sent" });
    const [upload] = uploadsOf(one.wire).slice(-1);
    return {
      result,
      isNull: result !== undefined && "isNull" in result && result.isNull,
      bytes: upload?.body ?? new Uint8Array(0),
    };
  }

  test("too little data, no such data, another group, its own ledger exhausted: no difference but here", async () => {
    const cluster = newCluster();
    const spec = { ...smallQuestion, daysMin: 3, groupBy: [{ attribute: "ageBand" as const, values: ["25-34"] }] };
    await newRound(cluster, spec);
    const real = await uploadOf(await consenting(cluster));
    expect(real.isNull).toBe(false);
    const member = steadyMember(62);
    const days = (values: Readonly<Record<string, number>>) => [{ day: lastDay, values }];
    const silent = [
      [
        { ...member, days: days({ sleep: 431 }) },
        {},
        "days of the window with a value of resting heart rate: 0, needed: 3",
      ],
      [steadyMember(62, "two days", 2), {}, "days of the window with a value of resting heart rate: 2, needed: 3"],
      [
        { ...member, days: days({ rhr: 500 }) },
        {},
        "days of the window with a value of resting heart rate: 0, needed: 3; left out, with a value that nobody can have measured: 1",
      ],
      [{ ...member, profile: { ageBand: "65+" } }, {}, "the profile's ageBand is in none of the question's groups"],
      [{ ...member, profile: {} }, {}, "the profile has no ageBand, which the question groups by"],
      [member, { rhoPerEpoch: rho * 0.9 }, "this device's own limit for 2026-W04 is reached"],
    ] as const;
    for (const [who, limits, nullBecause] of silent) {
      const one = await consenting(cluster, who, { limits: { ...testLimits, ...limits } });
      const { isNull, bytes, result } = await uploadOf(one);
      expect([isNull, result]).toEqual([true, expect.objectContaining({ nullBecause })]);
      expect(bytes.length).toBe(real.bytes.length);
      const [a, b] = [Report.decode(bytes), Report.decode(real.bytes)];
      expect(a.metadata.time).toBe(b.metadata.time);
      expect([a.leaderShare.payload.length, a.helperShare.payload.length]).toEqual([
        b.leaderShare.payload.length,
        b.helperShare.payload.length,
      ]);
      // What is charged is public; only where the cap binds, by public costs too, nothing is.
      const charged = "rhoPerEpoch" in limits ? 0 : rho;
      expect((await one.client.ledger()).map(({ spent }) => spent)).toEqual(charged === 0 ? [] : [rho, rho, rho, rho]);
      expect(await one.client.log()).toMatchObject([
        { rho: charged, what: "an empty report: nothing about you", nullBecause, unit: "installation" },
      ]);
    }
  });

  test("the device's own cap is kept over many tasks, and what it could not pay for adds nothing", async () => {
    const cluster = newCluster({
      noise: noNoise,
      terms: { epochCap: 10n ** 12n, yearCap: 10n ** 12n },
      policy: { ...testPolicy, epochCap: 10n ** 12n, yearCap: 10n ** 12n },
    });
    const rounds = [];
    for (const epsilon of ["1", "0.9", "0.8", "0.7"])
      rounds.push(await newRound(cluster, { ...smallQuestion, privacy: { epsilon } }));
    const { client } = await consenting(cluster, steadyMember(50), { limits: { ...testLimits, rhoPerEpoch: 1 } });
    const results = await client.sync();
    expect(results.map((one) => "isNull" in one && one.isNull)).toContain(true);
    expect(results.map((one) => "isNull" in one && one.isNull)).toContain(false);
    for (const { spent, cap } of await client.ledger()) expect(spent).toBeLessThanOrEqual(cap);
    let counted = 0;
    for (const round of rounds) {
      await round.fill([80, 80, 80, 80]);
      counted += decodeRelease(await cluster.coordinator.collect(round.id)).values[0] as number;
    }
    expect(counted).toBe(results.filter((one) => "isNull" in one && !one.isNull).length);
  });
});

describe("a transport that fails", () => {
  test("leaves the report queued; it goes out later, the same bytes, and counts once", async () => {
    const cluster = newCluster({ noise: noNoise });
    const round = await newRound(cluster);
    const { client, wire, store } = await consenting(cluster);
    wire.failing = "/reports";
    expect(await client.sync()).toMatchObject([{ outcome: "queued", why: "no answer came" }]);
    expect((await client.ledger()).map(({ spent }) => spent)).toEqual([rho, rho, rho, rho]);
    wire.failing = undefined;
    expect(await client.sync()).toEqual([{ outcome: "sent", task: round.text, name: "small", isNull: false }]);
    expect(await client.sync()).toEqual([]);
    const bodies = uploadsOf(wire).map(({ body }) => toBase64Url(body ?? new Uint8Array(0)));
    expect(bodies).toHaveLength(2);
    expect(bodies[0]).toBe(bodies[1]);
    expect((await client.ledger()).map(({ spent }) => spent)).toEqual([rho, rho, rho, rho]);
    expect((await tallies(cluster, round.id)).leader.pending).toBe(1);
    // Once it is there, its bytes are gone from the device.
    expect(await store.keys("queue/")).toEqual([]);
  });

  test("after the leader had stored it: the repeat is a replay there and a success here", async () => {
    const cluster = newCluster();
    const round = await newRound(cluster);
    const one = device(cluster);
    let lose = true;
    const send = one.wire.send.bind(one.wire);
    one.wire.send = async (request) => {
      const response = await send(request);
      if (request.body !== undefined && lose) fail("unavailable", "the answer was lost");
      return response;
    };
    await one.client.consent.grant("service-improvement");
    expect(await one.client.sync()).toMatchObject([{ outcome: "queued" }]);
    lose = false;
    expect(await one.client.sync()).toMatchObject([{ outcome: "sent" }]);
    expect(await one.client.log()).toHaveLength(2);
    expect((await one.client.log()).at(-1)).toMatchObject({ delivered: true });
    expect((await tallies(cluster, round.id)).leader.pending).toBe(1);
  });

  test("at the register loses nothing", async () => {
    const { client, wire } = await consenting(newCluster());
    wire.failing = "/v1/tasks";
    await expect(client.sync()).rejects.toMatchObject({ code: "unavailable" });
    expect(uploadsOf(wire)).toEqual([]);
  });
});

describe("the member log", () => {
  test("is what the transport saw: every body, its size, its digest, where to", async () => {
    const cluster = newCluster();
    for (const epsilon of ["1", "0.5", "0.25"]) await newRound(cluster, { ...smallQuestion, privacy: { epsilon } });
    const { client, wire } = await consenting(cluster);
    wire.failing = "/reports";
    await client.sync();
    wire.failing = undefined;
    await client.sync();
    const log = await client.log();
    const seen = uploadsOf(wire).map(
      ({ url, body = new Uint8Array(0) }) => `${url} ${body.length} ${toBase64Url(nodeCrypto.sha256(body))}`,
    );
    // One that failed, after which nothing more was tried, and then all three.
    expect(seen).toHaveLength(4);
    expect(log.map(({ to, bytes, digest }) => `${to} ${bytes} ${digest}`).sort()).toEqual([...seen].sort());
    expect(log.filter(({ delivered }) => delivered)).toHaveLength(3);
    for (const entry of log)
      expect(entry).toMatchObject({
        question: smallQuestion.title,
        what: "your average daily resting heart rate, as one of 3 ranges",
      });
  });

  test("is written before the bytes leave: a device that dies there still knows", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const one = await consenting(cluster);
    let logged = 0;
    const send = one.wire.send.bind(one.wire);
    one.wire.send = async (request) => {
      if (request.body !== undefined) logged = (await one.store.keys("left/")).length;
      return await send(request);
    };
    await one.client.sync();
    expect(logged).toBe(1);
  });
});

test("the debit and the report are one transaction, before anything is sent", async () => {
  const cluster = newCluster();
  const round = await newRound(cluster);
  const inner = memoryDeviceStore();
  const store: DeviceStore = {
    ...inner,
    async transaction(changes) {
      if (changes.put.some(([key]) => key.startsWith("task/"))) throw new Error("power lost");
      await inner.transaction(changes);
    },
  };
  const { client, wire } = await consenting(cluster, steadyMember(62), { store });
  await expect(client.sync()).rejects.toThrow("power lost");
  expect(uploadsOf(wire)).toEqual([]);
  expect(await inner.keys("epoch/")).toEqual([]);
  expect(await inner.get(`task/${round.text}`)).toBeUndefined();
});

test("the member's own value stays comparable, and stays here", async () => {
  const cluster = newCluster({ noise: noNoise });
  const round = await newRound(cluster);
  const { client, wire } = await consenting(cluster, steadyMember(62));
  await client.sync();
  await round.fill([50, 50, 65, 80]);
  const release = decodeRelease(await cluster.coordinator.collect(round.id));
  const before = wire.sent.length;
  expect(await client.ownValue(release)).toEqual({ values: [62], group: null, among: true });
  expect(wire.sent).toHaveLength(before);
});

describe("one member on several devices", () => {
  const member = steadyMember(62);
  const secret = new Uint8Array(32).fill(9);

  test("counts once with a secret of the account, each device of theirs without; each release says which", async () => {
    for (const unit of ["member", "installation"] as const) {
      const cluster = newCluster({ noise: noNoise, terms: { unit } });
      const round = await newRound(cluster);
      const outcomes: unknown[] = [];
      for (let n = 0; n < 3; n++) {
        const memberSecret = n % 2 === 0 ? secret : toBase64Url(secret);
        const { client } = await consenting(cluster, member, unit === "member" ? { memberSecret } : {});
        outcomes.push((await client.sync())[0]?.outcome);
      }
      await round.fill([50, 50, 50, 50, 50]);
      const release = decodeRelease(await cluster.coordinator.collect(round.id));
      expect(release.privacy.unit).toBe(unit);
      expect(release.noise.unit).toBe(unit);
      expect(release.values).toEqual([5, unit === "member" ? 1 : 3, 0]);
    }
  });

  test("without a secret, a task that counts members gets nothing: not even a null report", async () => {
    const cluster = newCluster({ terms: { unit: "member" } });
    await newRound(cluster);
    const { client, wire, read } = await consenting(cluster);
    expect(await client.sync()).toMatchObject([{ outcome: "refused", why: expect.stringContaining("memberSecret") }]);
    expect([uploadsOf(wire), read.days]).toEqual([[], 0]);
  });
});
