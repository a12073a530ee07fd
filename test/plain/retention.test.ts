// What plain aggregators forget as time goes on, and what an older copy of a database must not make them give out again.
import { cpSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import { dropUntilNow } from "../../src/plain/collected.ts";
import { parkedJobs } from "../../src/plain/failures.ts";
import type { KeyValueStore } from "../../src/plain/store.ts";
import { openMarkFile } from "../../src/platform/node/index.ts";
import { memoryKeyValues, memoryMark } from "../../src/storage/memory/index.ts";
import { openKeyValues } from "../../src/storage/sqlite/index.ts";
import { newDapClient, newDapCollector } from "../support/dap-parties.ts";
import { agreement, collectorHeaders, collectorKey, newPair, newPlainPair, workOf } from "../support/plain-pair.ts";
import { hour, standing, wide } from "../support/plain-standing.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-kept-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const DAY = 86_400;
const rowsLeft = (store: KeyValueStore) =>
  store.read(async (rows) => {
    const kinds: Record<string, number> = {};
    for (const kind of "bcdefghjmoprstwxy") {
      const count = await rows.count(`${kind}/`);
      if (count > 0) kinds[kind] = count;
    }
    return kinds;
  });

describe("after the time that reports are kept", () => {
  test("nothing of them is left but that they are too old, and none counts a second time", async () => {
    const stores = { leader: memoryKeyValues(), helper: memoryKeyValues() };
    const { pair, client, collector } = await standing({ stores, keepSeconds: 10 * DAY }, { minBatchSize: 2n });
    const [first, ...others] = await Promise.all([1, 1, 0, 1, 1].map((bit) => client.report(bit, hour)));
    const later = await client.report(1, hour - 20n);
    await client.upload(...others, later);
    await collector.collect(wide, workOf(pair));
    // One more is verified and never collected, and one waits.
    await client.upload(await client.report(1, hour - 30n));
    await workOf(pair)();
    await client.upload(await client.report(1, hour - 31n));
    pair.clock.seconds += 8 * DAY;
    expect([await pair.leader.sweep(), await pair.helper.sweep()]).toEqual([0, 0]);
    pair.clock.seconds += 3 * DAY;
    // Counted: two that were verified and one that waited; at the helper the two.
    expect([await pair.leader.sweep(), await pair.helper.sweep()]).toEqual([3, 2]);
    for (const store of Object.values(stores)) expect(await rowsLeft(store)).toEqual({ m: 1, t: 1 });
    const errors = await client.upload(first as (typeof others)[number], others[0] as (typeof others)[number]);
    expect([...errors.values()]).toEqual(["report_dropped", "report_dropped"]);
    // A clock that is set back opens nothing.
    pair.clock.seconds -= 11 * DAY;
    expect([...(await client.upload(others[0] as (typeof others)[number])).values()]).toEqual(["report_dropped"]);
    const again = await collector.start({ mode: "time-interval", interval: { start: hour - 40n, duration: 30n } });
    await client.upload(await client.report(1, hour + 1n));
    await workOf(pair)();
    await expect(collector.poll(again)).resolves.toBeUndefined();
  });

  test("a collection that begins before is refused", async () => {
    const { pair, client, collector } = await standing({ keepSeconds: 2 * DAY }, { minBatchSize: 2n });
    await client.upload(...(await Promise.all([hour, hour, hour - 47n].map((time) => client.report(1, time)))));
    await workOf(pair)();
    pair.clock.seconds += DAY;
    const old = await collector.start({ mode: "time-interval", interval: { start: hour - 47n, duration: 48n } });
    await workOf(pair)();
    await expect(collector.poll(old)).rejects.toThrow("so long ago");
    const { count } = await collector.collect(wide, workOf(pair));
    expect(count).toBe(2n);
  });

  test("batches that the leader chose, and jobs that nobody answered", async () => {
    const stores = { leader: memoryKeyValues(), helper: memoryKeyValues() };
    let away = false;
    const { pair, client, collector } = await standing(
      {
        stores,
        keepSeconds: 10 * DAY,
        between: (send) => async (request) => {
          if (!away) return await send(request);
          return { status: 503, headers: {}, body: new Uint8Array(0) };
        },
      },
      { batchMode: "leader-selected", minBatchSize: 2n },
    );
    const upload = async (count: number) =>
      client.upload(...(await Promise.all(Array.from({ length: count }, () => client.report(1, hour)))));
    await upload(5);
    await collector.collect({ mode: "leader-selected" }, workOf(pair));
    away = true;
    await upload(1);
    await expect(pair.leader.work()).rejects.toMatchObject({ code: "unavailable" });
    pair.clock.seconds += 11 * DAY;
    // A full batch, one that was begun, and the job.
    expect([await pair.leader.sweep(), await pair.helper.sweep()]).toEqual([4, 3]);
    for (const store of Object.values(stores)) {
      const { f: _, ...left } = await rowsLeft(store);
      expect(left).toEqual({ m: 1, t: 1 });
    }
  });
});

describe("an older copy of a database", () => {
  const terms = (batchMode: "time-interval" | "leader-selected") =>
    agreement({ vdaf: { type: "Prio3Sum", maxMeasurement: 100 }, batchMode, minBatchSize: 2n });
  const query = (batchMode: "time-interval" | "leader-selected") =>
    batchMode === "time-interval" ? wide : ({ mode: batchMode } as const);

  test.each(["time-interval", "leader-selected"] as const)(
    "gives no part of a batch out again that was collected since (%s)",
    async (batchMode) => {
      const { agreed, leader, helper } = terms(batchMode);
      const hpke = { leader: [{ id: 1, pair: newPair() }], helper: [{ id: 2, pair: newPair() }] };
      const at = (role: string) => join(folder, `${batchMode}-${role}.db`);
      const marks = { leader: openMarkFile(`${at("leader")}.mark`), helper: openMarkFile(`${at("helper")}.mark`) };
      const live = async (step: (pair: ReturnType<typeof newPlainPair>) => Promise<void>) => {
        const stores = { leader: await openKeyValues(at("leader")), helper: await openKeyValues(at("helper")) };
        const pair = newPlainPair({ stores, hpke, marks });
        await pair.leader.add(leader);
        await pair.helper.add(helper);
        await step(pair);
        await Promise.all([stores.leader.close(), stores.helper.close()]);
      };
      const both = ["leader", "helper"] as const;
      await live(async (pair) => {
        for (const role of both) expect(await pair[role].open()).toEqual({ recalled: 0, unparked: 0 });
        const client = await newDapClient(pair.transport, agreed);
        await client.upload(await client.report(5, hour), await client.report(6, hour));
        await workOf(pair)();
      });
      for (const role of both) cpSync(at(role), `${at(role)}.copy`);
      await live(async (pair) => {
        for (const role of both) expect(await pair[role].open()).toEqual({ recalled: 0, unparked: 0 });
        const collector = newDapCollector(pair.transport, agreed, collectorKey, collectorHeaders);
        const { count, result } = await collector.collect(query(batchMode), workOf(pair));
        expect([count, result]).toEqual([2n, 11n]);
      });
      for (const role of both) cpSync(`${at(role)}.copy`, at(role));
      await live(async (pair) => {
        for (const role of both) expect(await pair[role].open()).toEqual({ recalled: 1, unparked: 0 });
        const client = await newDapClient(pair.transport, agreed);
        const collector = newDapCollector(pair.transport, agreed, collectorKey, collectorHeaders);
        // One more than what was collected would tell that one, were the batch given out again.
        const [error] = (await client.upload(await client.report(7, hour))).values();
        expect(error).toBe(batchMode === "time-interval" ? "batch_collected" : "report_dropped");
        if (batchMode === "time-interval")
          await expect(
            collector.start({ mode: "time-interval", interval: { start: hour, duration: 1n } }),
          ).rejects.toMatchObject({ code: "batch_overlap" });
        else {
          const place = await collector.start(query(batchMode));
          await workOf(pair)();
          expect(await collector.poll(place)).toBeUndefined();
        }
        for (const role of both) {
          const left = await rowsLeft(pair[role].parts.store as KeyValueStore);
          expect(left.b).toBeUndefined();
        }
      });
      await live(async (pair) => {
        for (const role of both) expect(await pair[role].open()).toEqual({ recalled: 0, unparked: 0 });
      });
    },
  );

  test("without its mark is not served; after dropping everything until now it is, and gives nothing of before out", async () => {
    const { agreed, leader, helper } = terms("time-interval");
    const stores = { leader: memoryKeyValues(), helper: memoryKeyValues() };
    const first = newPlainPair({ stores, marks: { leader: memoryMark(), helper: memoryMark() } });
    await first.leader.add(leader);
    await first.helper.add(helper);
    await Promise.all([first.leader.open(), first.helper.open()]);
    const client = await newDapClient(first.transport, agreed);
    await client.upload(await client.report(5, hour), await client.report(6, hour));
    await workOf(first)();
    const marks = { leader: memoryMark(), helper: memoryMark() };
    const second = newPlainPair({ stores, marks });
    await second.leader.add(leader);
    await second.helper.add(helper);
    await expect(second.helper.open()).rejects.toMatchObject({ code: "misconfigured" });
    for (const role of ["leader", "helper"] as const)
      await dropUntilNow(second[role].parts, marks[role], second[role].tasks());
    await Promise.all([second.leader.open(), second.helper.open()]);
    const later = await newDapClient(second.transport, agreed);
    expect([...(await later.upload(await later.report(1, hour))).values()]).toEqual(["report_dropped"]);
    const collector = newDapCollector(second.transport, agreed, collectorKey, collectorHeaders);
    const place = await collector.start(wide);
    await workOf(second)();
    await expect(collector.poll(place)).rejects.toThrow("so long ago");
    second.clock.seconds += 2 * 3600;
    await later.upload(await later.report(1, hour + 2n), await later.report(2, hour + 2n));
    const after = { mode: "time-interval", interval: { start: hour + 2n, duration: 1n } } as const;
    expect(await collector.collect(after, workOf(second))).toMatchObject({ count: 2n, result: 3n });
  });
});

test("a job that keeps failing is parked: other batches go on, its own waits, and a start tries it again", async () => {
  let garbled = true;
  const counted: string[] = [];
  const { pair, client, collector, leader } = await standing(
    {
      meter: (what, labels) => void (what === "jobs" && counted.push((labels as { outcome: string }).outcome)),
      between: (send) => async (request) => {
        const answer = await send(request);
        return garbled && request.url.endsWith("/aggregation_jobs") ? { ...answer, body: new Uint8Array(3) } : answer;
      },
    },
    { minBatchSize: 2n },
  );
  await client.upload(await client.report(1, hour), await client.report(1, hour));
  const place = await collector.start(wide);
  for (let i = 0; i < FAULTS_MAX; i++) {
    await expect(pair.leader.work()).rejects.toMatchObject({ code: "verification_failed" });
    // Not before its time.
    await pair.leader.work();
    pair.clock.seconds += 61;
  }
  garbled = false;
  await pair.leader.work();
  expect(counted.filter((one) => one === "verification_failed")).toHaveLength(FAULTS_MAX);
  expect(counted.filter((one) => one === "parked")).toHaveLength(1);
  expect(await collector.poll(place)).toBeUndefined();
  const task = pair.leader.tasks()[0];
  const parked = () => pair.leader.parts.store.read((rows) => parkedJobs(rows, task as NonNullable<typeof task>));
  expect(await parked()).toBe(1);
  await client.upload(await client.report(1, hour - 20n), await client.report(0, hour - 20n));
  const other = { mode: "time-interval", interval: { start: hour - 20n, duration: 1n } } as const;
  expect(await collector.collect(other, workOf(pair))).toMatchObject({ count: 2n, result: 1n });
  expect(await pair.leader.open()).toMatchObject({ unparked: 1 });
  await pair.leader.work();
  expect(await collector.poll(place)).toMatchObject({ count: 2n, result: 2n });
  expect(await parked()).toBe(0);
  expect(leader.role).toBe("leader");
});

test("a helper that is busy is asked again when it says, and no sooner than the job's turn when that is long", async () => {
  const answers = [
    { status: 503, headers: { "retry-after": "0" }, body: new Uint8Array(0) },
    { status: 429, headers: { "retry-after": "0" }, body: new Uint8Array(0) },
    undefined,
    { status: 503, headers: { "retry-after": "120" }, body: new Uint8Array(0) },
  ];
  let asked = 0;
  const counted: string[] = [];
  const { pair, client, collector } = await standing(
    {
      meter: (what, labels) => void (what === "jobs" && counted.push((labels as { outcome: string }).outcome)),
      between: (send) => async (request) => {
        if (!request.url.includes("/aggregation_jobs")) return await send(request);
        asked += 1;
        return answers.shift() ?? (await send(request));
      },
    },
    { minBatchSize: 2n },
  );
  await client.upload(await client.report(1, hour));
  await pair.leader.work();
  expect([asked, counted.filter((one) => one === "retried").length]).toEqual([3, 2]);
  await client.upload(await client.report(1, hour));
  await expect(pair.leader.work()).rejects.toMatchObject({ code: "unavailable" });
  pair.clock.seconds += 119;
  await pair.leader.work();
  expect(asked).toBe(4);
  pair.clock.seconds += 1;
  expect(await collector.collect(wide, workOf(pair))).toMatchObject({ count: 2n, result: 2n });
  expect(asked).toBe(5);
});
