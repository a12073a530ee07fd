// When and how often a device comes: clocks that jump, a coordinator that asks to be left alone, an app's policy, pages that sync at
// once, and a store that stays small without forgetting what it must not.
import { describe, expect, test } from "vitest";
import { prune } from "../../src/client/prune.ts";
import { bounds } from "../../src/client/prune-bounds.ts";
import { entry, keys, type Participation } from "../../src/client/state.ts";
import { newTime } from "../../src/client/time.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { newCluster } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf, type Wire } from "./harness.ts";

const DAY = 86_400_000;

/** The coordinator's answers carry its own time, as HTTP does. */
function dated(wire: Wire, now: () => number): void {
  const send = wire.send.bind(wire);
  wire.send = async (request) => {
    const response = await send(request);
    return { ...response, headers: { ...response.headers, date: new Date(now()).toUTCString() } };
  };
}

async function waiting(withDate: boolean) {
  const cluster = newCluster();
  await newRound(cluster);
  const one = device(cluster, undefined, { schedule: "spread" });
  const truth = { at: nowSeconds * 1000 + 1 };
  if (withDate) dated(one.wire, () => truth.at);
  await one.client.consent.grant("service-improvement");
  expect(await one.client.sync()).toMatchObject([{ outcome: "waiting" }]);
  const [notice] = await one.client.notices();
  return { ...one, truth, due: notice?.answersAt as number, closes: notice?.closesAt as number };
}

describe.each([
  ["with the coordinator's word", true],
  ["without it", false],
])("a clock that jumps past a question's end, %s", (_, withDate) => {
  test("loses nothing: set right, the device answers", async () => {
    const { client, clock, wire, truth, due, closes } = await waiting(withDate);
    const right = clock.at;
    clock.at = closes + 400 * DAY;
    await client.sync();
    expect(uploadsOf(wire)).toEqual([]);
    clock.at = right;
    await client.sync();
    clock.at = due;
    truth.at = due;
    expect(await client.sync()).toMatchObject([{ outcome: "sent", isNull: false }]);
    expect(uploadsOf(wire)).toHaveLength(1);
  });
});

test("a clock that is some hours off is corrected by the coordinator's word, by a day at most", () => {
  const clock = { at: 1_000 * DAY, now: () => clock.at };
  const at = (ms: number) => ({ status: 200, headers: { date: new Date(ms).toUTCString() }, body: new Uint8Array(0) });
  const time = newTime(clock);
  expect(time.now()).toBe(clock.at);
  expect(time.passed(0)).toBe(false);
  time.heard(at(clock.at + 5 * 3_600_000));
  expect(time.now()).toBe(clock.at + 5 * 3_600_000);
  time.heard(at(clock.at - 30 * DAY));
  expect(time.now()).toBe(clock.at - DAY);
  expect([time.passed(clock.at - 31 * DAY), time.passed(clock.at - 20 * DAY)]).toEqual([true, false]);
  time.heard(at(clock.at + 30 * DAY));
  expect([time.passed(clock.at + DAY), time.passed(clock.at + 2 * DAY)]).toEqual([true, false]);
  time.heard(at(clock.at + 60_000));
  expect(time.now()).toBe(clock.at);
  time.heard({ ...at(0), headers: { date: "never" } });
  expect(time.now()).toBe(clock.at);
});

describe("a coordinator that asks to be left alone", () => {
  test.each([
    ["429", 429, "600", 600_000],
    ["503 with a date", 503, new Date(nowSeconds * 1000 + 3_600_000).toUTCString(), 3_600_000],
    ["for years", 429, "99999999", DAY],
  ])("%s: not a request until then, and the report goes out afterwards", async (_, status, after, least) => {
    const cluster = newCluster();
    await newRound(cluster);
    const { client, wire, clock } = device(cluster);
    await client.consent.grant("service-improvement");
    const send = wire.send.bind(wire);
    let busy = true;
    wire.send = async (request) => {
      if (!busy || !request.url.includes("/reports")) return await send(request);
      wire.sent.push(request);
      return { status, headers: { "retry-after": after }, body: new Uint8Array(0) };
    };
    expect(await client.sync()).toMatchObject([{ outcome: "queued" }]);
    busy = false;
    const before = wire.sent.length;
    clock.at += least - 1;
    const [held] = await client.sync();
    expect(held).toMatchObject({ outcome: "held", until: expect.any(Number) });
    expect(wire.sent.length).toBe(before);
    clock.at = nowSeconds * 1000 + Math.min(least * 1.25, DAY) + 1;
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });
});

describe("an app's policy", () => {
  const conditions = {
    metered: async () => undefined as boolean | undefined,
    battery: async () => undefined as { charging: boolean; level: number } | undefined,
    minuteOfDay: () => 12 * 60,
  };
  const ready = async (policy: object, now: object = {}) => {
    const cluster = newCluster();
    await newRound(cluster);
    const base = device(cluster);
    const one = device(cluster, undefined, {
      policy,
      platform: {
        crypto: nodeCrypto,
        entropy: nodeEntropy,
        clock: base.clock,
        transport: base.wire,
        conditions: { ...conditions, ...now },
      },
    });
    await one.client.consent.grant("service-improvement");
    return { client: one.client, wire: base.wire, clock: base.clock };
  };

  test.each([
    ["a metered connection", { network: "unmetered" }, { metered: async () => true }],
    ["a low battery", { battery: "spare" }, { battery: async () => ({ charging: false, level: 0.3 }) }],
    ["quiet hours", { quietHours: ["11:00", "13:00"] }, {}],
    ["quiet hours over midnight", { quietHours: ["23:00", "07:00"] }, { minuteOfDay: () => 30 }],
  ])("%s: nothing leaves", async (_, policy, now) => {
    const { client, wire } = await ready(policy, now);
    expect(await client.sync()).toMatchObject([{ outcome: "held", why: expect.any(String) }]);
    expect(wire.sent).toEqual([]);
  });

  test.each([
    ["what the platform does not say", { network: "unmetered", battery: "spare" }, {}],
    ["a battery that charges", { battery: "spare" }, { battery: async () => ({ charging: true, level: 0.1 }) }],
    ["the minute quiet hours end", { quietHours: ["11:00", "12:00"] }, {}],
    ["no hours at all", { quietHours: ["12:00", "12:00"] }, {}],
  ])("%s holds nothing back", async (_, policy, now) => {
    const { client } = await ready(policy, now);
    expect(await client.sync()).toMatchObject([{ outcome: "sent" }]);
  });

  test("bytes of a day, both ways; the next day it goes on", async () => {
    const { client, wire, clock } = await ready({ maxBytesPerDay: 100 });
    await client.sync();
    const sent = wire.sent.length;
    expect(sent).toBeGreaterThan(0);
    expect(await client.sync()).toMatchObject([{ outcome: "held", until: expect.any(Number) }]);
    expect(wire.sent.length).toBe(sent);
    clock.at += DAY;
    await client.sync();
    expect(wire.sent.length).toBeGreaterThan(sent);
  });

  test.each([
    [{ network: "wifi" }, "policy.network"],
    [{ quietHours: ["25:00", "07:00"] }, "policy.quietHours"],
    [{ quietHours: ["7", "8"] }, "policy.quietHours"],
    [{ maxBytesPerDay: 0 }, "policy.maxBytesPerDay"],
    [{ hours: 1 }, "policy.hours"],
  ])("%j is refused", (policy, message) => {
    expect(() => device(newCluster(), undefined, { policy: policy as never })).toThrow(message);
  });
});

test("syncs of several pages over one store run one after another, and send once", async () => {
  const cluster = newCluster();
  await newRound(cluster);
  const store = memoryDeviceStore();
  const pages = [device(cluster, undefined, { store }), device(cluster, undefined, { store })];
  await pages[0]?.client.consent.grant("service-improvement");
  let [inside, most] = [0, 0];
  for (const { wire } of pages) {
    const send = wire.send.bind(wire);
    wire.send = async (request) => {
      inside += 1;
      most = Math.max(most, inside);
      await new Promise((resolve) => setTimeout(resolve, 2));
      inside -= 1;
      return await send(request);
    };
  }
  const results = (await Promise.all(pages.flatMap(({ client }) => [client.sync(), client.sync()]))).flat();
  expect([most, results.filter(({ outcome }) => outcome === "sent").length]).toEqual([1, 1]);
});

describe("a store that stays small", () => {
  const row = (n: number, closes: number): Participation => ({
    task: `${n}`.padStart(43, "A"),
    name: "n",
    question: "q",
    purpose: "research",
    unit: "installation",
    consent: 1,
    what: "your resting heart rate",
    nullBecause: null,
    rho: "1",
    epochs: [],
    queuedAt: n,
    closes,
    refused: null,
  });
  const said = (ms: number) => ({
    status: 200,
    headers: { date: new Date(ms).toUTCString() },
    body: new Uint8Array(0),
  });
  const now = 1_800_000_000_000;

  async function filled(closes: number) {
    const store = memoryDeviceStore();
    const put = Array.from({ length: bounds.told + 50 }, (_, n) => {
      const one = row(n, closes);
      return entry(keys.participation(one.task), one);
    });
    await store.transaction({ put, delete: [] });
    return store;
  }
  const read = async (store: ReturnType<typeof memoryDeviceStore>, n: number) =>
    JSON.parse(new TextDecoder().decode(await store.get(keys.participation(row(n, 0).task)))) as Participation;

  test("an answered task that may still be open is never forgotten, only told less of", async () => {
    const store = await filled(now / 1000 + 3600);
    const ahead = newTime({ now: () => now + 3650 * DAY });
    await prune(store, ahead);
    ahead.heard(said(now));
    await prune(store, ahead);
    const lying = newTime({ now: () => now });
    lying.heard(said(now + 3650 * DAY));
    await prune(store, lying);
    expect(await store.keys("task/")).toHaveLength(bounds.told + 50);
    expect([(await read(store, 0)).what, (await read(store, 60)).what]).toEqual(["", "your resting heart rate"]);
  });

  test("one that is over by every clock goes, the oldest first", async () => {
    const store = await filled(now / 1000 - 200 * 86_400);
    const time = newTime({ now: () => now });
    time.heard(said(now));
    await prune(store, time);
    expect(await store.keys("task/")).toHaveLength(bounds.told);
    await expect(read(store, 60)).resolves.toMatchObject({ queuedAt: 60 });
  });

  test("the log's oldest lines are added up in one, and none is lost from the sum", async () => {
    const cluster = newCluster();
    const { client, store } = device(cluster);
    const put = Array.from({ length: bounds.log + 300 }, (_, n) =>
      entry(keys.departure(n, "A".repeat(43), 0), { at: n, to: "x", bytes: 2, digest: "", task: "", status: 200 }),
    );
    await store.transaction({ put, delete: [] });
    const time = newTime({ now: () => now });
    for (let i = 0; i < 3; i++) await prune(store, time);
    const log = await client.log();
    expect(log).toHaveLength(bounds.log + 1);
    expect(log.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(2 * (bounds.log + 300));
    expect(log[0]).toMatchObject({ at: 299, what: expect.stringContaining("300") });
  });
});
