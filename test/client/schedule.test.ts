// When a device answers: by a schedule that knows nothing of the member's days.
import { describe, expect, test } from "vitest";
import { toBase64Url } from "../../src/base/bytes.ts";
import type { ClientOptions } from "../../src/client/index.ts";
import { momentsOf } from "../../src/client/schedule.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { MemberDay } from "../../src/records/types.ts";
import { newCluster } from "../support/cluster.ts";
import { nowSeconds, smallQuestion, steadyMember } from "../support/questions.ts";
import { newRound } from "../support/rounds.ts";
import { device, uploadsOf } from "./harness.ts";

const upload = { opens: nowSeconds, closes: nowSeconds + 3600 };
const at = (device_: ReturnType<typeof device>, seconds: number) => {
  device_.clock.at = (nowSeconds + seconds) * 1000;
};

async function ready(cluster: ReturnType<typeof newCluster>, options: Partial<ClientOptions>) {
  const one = device(cluster, steadyMember(62), options);
  await one.client.consent.grant("service-improvement");
  return one;
}

test("moments follow from the device's secret and the task, and lie within the task's time with room to come by", async () => {
  const due: number[] = [];
  for (let n = 0; n < 500; n++) {
    const [seed, task] = [nodeEntropy.bytes(32), toBase64Url(nodeEntropy.bytes(32))];
    const moments = await momentsOf(nodeCrypto, seed, task, upload, true);
    expect(await momentsOf(nodeCrypto, seed, task, upload, true)).toEqual(moments);
    expect(moments.due).toBeGreaterThanOrEqual(upload.opens);
    expect(moments.due).toBeLessThan(upload.opens + 1800);
    expect(moments.last).toBeGreaterThanOrEqual(upload.opens + 2700);
    expect(moments.last).toBeLessThanOrEqual(upload.opens + 3150);
    const atOnce = await momentsOf(nodeCrypto, seed, task, upload, false);
    expect(atOnce).toEqual({ due: upload.opens, last: moments.last });
    due.push(moments.due - upload.opens);
  }
  // Uniform over half an hour: six standard deviations of the mean of 500.
  const mean = due.reduce((sum, x) => sum + x, 0) / due.length;
  expect(Math.abs(mean - 900)).toBeLessThan((6 * 1800) / Math.sqrt(12 * 500));
});

describe("a device that spreads its answers", () => {
  const spread = { schedule: "spread" } as const;

  test("waits, says until when, and answers then; what leaves before tells nothing", async () => {
    const cluster = newCluster();
    const round = await newRound(cluster);
    const one = await ready(cluster, spread);
    const [first] = await one.client.sync();
    if (first?.outcome !== "waiting") throw new Error("due in its first second: one in 1,800");
    expect(first).toMatchObject({ task: round.text, name: "small" });
    at(one, first.until / 1000 - nowSeconds - 1);
    expect(await one.client.sync()).toEqual([first]);
    expect([uploadsOf(one.wire), one.read.days]).toEqual([[], 0]);
    at(one, first.until / 1000 - nowSeconds);
    expect(await one.client.sync()).toMatchObject([{ outcome: "sent", isNull: false }]);
  });

  test("the same device asks and sends at the same times, the same bytes' worth, whatever its days are", async () => {
    const cluster = newCluster();
    for (const epsilon of ["0.5", "0.25", "0.1"]) await newRound(cluster, { ...smallQuestion, privacy: { epsilon } });
    const seed = nodeEntropy.bytes(32);
    const members: readonly (readonly MemberDay[])[] = [
      steadyMember(62).days,
      steadyMember(109).days,
      [{ day: 20_000, values: { sleep: 431 } }],
    ];
    const traces = [];
    for (const days of members) {
      const store = memoryDeviceStore();
      await store.transaction({ put: [["seed", seed]], delete: [] });
      const one = await ready(cluster, { ...spread, store, days: () => days });
      const trace = [];
      for (let second = 0; second < 3600; second += 60) {
        at(one, second);
        const before = one.wire.sent.length;
        await one.client.sync();
        for (const { method, url, body } of one.wire.sent.slice(before))
          trace.push([second, method, url, body?.length]);
      }
      expect(uploadsOf(one.wire)).toHaveLength(3);
      traces.push(trace);
    }
    expect(traces[1]).toEqual(traces[0]);
    expect(traces[2]).toEqual(traces[0]);
  });
});

describe("days that are not loaded", () => {
  test.each<[string, ClientOptions["days"]]>([
    ["said so", () => undefined],
    ["empty, as before the first import", () => []],
  ])("%s: the device waits, and answers once they are", async (_, notLoaded) => {
    const cluster = newCluster();
    await newRound(cluster);
    let days = notLoaded;
    const one = await ready(cluster, { days: () => days?.() });
    expect(await one.client.sync()).toMatchObject([{ outcome: "waiting", why: "no days are loaded yet" }]);
    expect([uploadsOf(one.wire), await one.client.ledger()]).toEqual([[], []]);
    days = () => steadyMember(62).days;
    expect(await one.client.sync()).toMatchObject([{ outcome: "sent", isNull: false }]);
  });

  test("until the end of the task's time: an empty report then, charged like any other, and never after the close", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    const one = await ready(cluster, { days: () => undefined });
    const [waiting] = await one.client.sync();
    if (waiting?.outcome !== "waiting") throw new Error("not waiting");
    const late = await ready(cluster, { days: () => undefined });
    await late.client.sync();
    at(one, waiting.until / 1000 - nowSeconds - 1);
    expect(await one.client.sync()).toMatchObject([{ outcome: "waiting" }]);
    at(one, waiting.until / 1000 - nowSeconds);
    expect(await one.client.sync()).toMatchObject([
      { isNull: true, nullBecause: "the app had loaded no days when the question's time ended" },
    ]);
    expect((await one.client.ledger()).length).toBeGreaterThan(0);
    at(late, 3660);
    expect(await late.client.sync()).toEqual([]);
    expect(uploadsOf(late.wire)).toEqual([]);
    expect(await late.store.keys("pending/")).toEqual([]);
  });

  test("[] after an import is an answer: the member has no days", async () => {
    const cluster = newCluster();
    await newRound(cluster);
    let days: readonly MemberDay[] = steadyMember(62).days;
    const one = await ready(cluster, { days: () => days });
    await one.client.ownValue({ ...(await anyRelease(cluster)) });
    days = [];
    expect(await one.client.sync()).toMatchObject([{ outcome: "sent", isNull: true }]);
  });
});

async function anyRelease(cluster: ReturnType<typeof newCluster>) {
  const round = await newRound(cluster, { ...smallQuestion, privacy: { epsilon: "0.3" } });
  await round.fill([50, 50, 50, 50, 50]);
  const { decodeRelease } = await import("../../src/task/release.ts");
  return decodeRelease(await cluster.coordinator.collect(round.id));
}
