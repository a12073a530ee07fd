// Our leader and our helper of plain tasks, joined by nothing but the wire, in every version, mode and Prio3 type.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { PacelineError } from "../../src/base/errors.ts";
import { wireNames } from "../../src/protocol/dap/wire.ts";
import type { VdafParameters } from "../../src/protocol/vdaf/parameters.ts";
import { openKeyValues } from "../../src/storage/sqlite/index.ts";
import { newDapClient, newDapCollector } from "../support/dap-parties.ts";
import {
  agreement,
  collectorHeaders,
  collectorKey,
  NOW,
  newPair,
  newPlainPair,
  type PlainPair,
  workOf,
} from "../support/plain-pair.ts";

const hour = BigInt(NOW) / 3600n;
const wide = { mode: "time-interval", interval: { start: hour - 10n, duration: 11n } } as const;

const types: readonly [VdafParameters, readonly unknown[], unknown][] = [
  [{ type: "Prio3Count" }, [true, false, true, true], 3n],
  [{ type: "Prio3Sum", maxMeasurement: 255 }, [255, 0, 7], 262n],
  [
    { type: "Prio3SumVec", length: 3, maxMeasurement: 2n ** 60n, chunkLength: 100 },
    [
      [2n ** 60n, 0, 1],
      [2n ** 60n, 5, 1],
      [0, 0, 1],
    ],
    [2n ** 61n, 5n, 3n],
  ],
  [{ type: "Prio3Histogram", length: 5, chunkLength: 2 }, [0, 4, 4, 1], [1n, 1n, 0n, 0n, 2n]],
  [
    { type: "Prio3MultihotCountVec", length: 3, maxWeight: 2, chunkLength: 2 },
    [
      [1, 1, 0],
      [0, 1, 0],
      [0, 0, 0],
    ],
    [1n, 2n, 0n],
  ],
  [
    { type: "Prio3L1BoundSum", length: 2, maxValue: 9, chunkLength: 3 },
    [
      [4, 5],
      [0, 9],
      [0, 0],
    ],
    [4n, 14n],
  ],
  [
    { type: "Prio3SumVecField64Multiproof", length: 2, maxMeasurement: 3, chunkLength: 2, proofs: 3 },
    [
      [3, 0],
      [1, 2],
      [0, 0],
    ],
    [4n, 2n],
  ],
];

describe.each(wireNames)("%s", (version) => {
  test.each(types)("$type: the sum is exact, and both interval and count are said", async (vdaf, measurements, sum) => {
    const pair = newPlainPair();
    const { agreed, leader, helper } = agreement({ vdaf }, { version });
    await pair.leader.add(leader);
    await pair.helper.add(helper);
    const client = await newDapClient(pair.transport, agreed);
    const reports = await Promise.all(measurements.map((one, i) => client.report(one, hour - BigInt(i % 3))));
    expect(await client.upload(...reports)).toEqual(new Map());
    const collector = newDapCollector(pair.transport, agreed, collectorKey, collectorHeaders);
    const { count, interval, result } = await collector.collect(wide, workOf(pair));
    expect([count, result]).toEqual([BigInt(measurements.length), sum]);
    expect(interval).toEqual({ start: hour - 2n, duration: 3n });
    const created = pair.traffic
      .filter(({ method, body }) => method !== "GET" && body !== undefined)
      .map(({ method }) => method);
    expect(new Set(created)).toEqual(new Set(version === "dap-18-janus" ? ["POST", "PUT"] : ["POST"]));
  });

  test("batches that the leader chooses: full ones, each once, and reports in one alone", async () => {
    const pair = newPlainPair();
    const { agreed, leader, helper } = agreement(
      { vdaf: { type: "Prio3Sum", maxMeasurement: 100 }, batchMode: "leader-selected", minBatchSize: 4n },
      { version },
    );
    await pair.leader.add(leader);
    await pair.helper.add(helper);
    const client = await newDapClient(pair.transport, agreed);
    const collector = newDapCollector(pair.transport, agreed, collectorKey, collectorHeaders);
    const query = { mode: "leader-selected" } as const;
    const early = await collector.start(query);
    await workOf(pair)();
    expect(await collector.poll(early)).toBeUndefined();
    const values = [1, 2, 4, 8, 16, 32, 64, 100, 3];
    for (const value of values) await client.upload(await client.report(value, hour));
    await workOf(pair)();
    const first = await collector.poll(early);
    const second = await collector.collect(query, workOf(pair));
    expect([first?.count, second.count]).toEqual([4n, 4n]);
    // One is left for a batch that is not full.
    const left = 230n - (first?.result as bigint) - (second.result as bigint);
    expect(values.map(BigInt)).toContain(left);
    const third = await collector.start(query);
    await workOf(pair)();
    expect(await collector.poll(third)).toBeUndefined();
    await collector.remove(third);
    await expect(collector.poll(third)).rejects.toThrow();
  });

  test("a helper that answers later is waited for", async () => {
    const pair = newPlainPair({
      between: (send) => async (request) => {
        const answer = await send(request);
        return "retry-after" in answer.headers
          ? { ...answer, headers: { ...answer.headers, "retry-after": "0" } }
          : answer;
      },
    });
    const { agreed, leader, helper } = agreement({ vdaf: { type: "Prio3Count" } }, { version, defers: true });
    await pair.leader.add(leader);
    await pair.helper.add(helper);
    const client = await newDapClient(pair.transport, agreed);
    await client.upload(...(await Promise.all([1, 1, 1, 0].map((bit) => client.report(bit, hour)))));
    const collector = newDapCollector(pair.transport, agreed, collectorKey, collectorHeaders);
    const { count, result } = await collector.collect(wide, async () => {
      const running = pair.leader.work();
      await new Promise((resolve) => setTimeout(resolve, 30));
      await pair.helper.work();
      await running;
    });
    expect([count, result]).toEqual([4n, 3n]);
    expect(pair.traffic.some(({ method, url }) => method === "GET" && url.includes("/aggregation_jobs/"))).toBe(true);
  });
});

test("both stop at any point of the work, and the sum is exact with each report in it once", async () => {
  const folder = mkdtempSync(join(tmpdir(), "paceline-plain-"));
  const hpke = { leader: [{ id: 1, pair: newPair() }], helper: [{ id: 2, pair: newPair() }] };
  const terms = agreement({ vdaf: { type: "Prio3Sum", maxMeasurement: 100 } });
  const query = { mode: "time-interval", interval: { start: hour - 10n, duration: 11n } } as const;
  let exchanges = 0;
  let stopAt = 0;
  /** One life of both: at the `stopAt`-th exchange between them the answer is lost, and both are started anew. */
  async function life(step: (pair: PlainPair) => Promise<void>): Promise<void> {
    exchanges = 0;
    const stores = {
      leader: await openKeyValues(join(folder, "leader.db")),
      helper: await openKeyValues(join(folder, "helper.db")),
    };
    const pair = newPlainPair({
      stores,
      hpke,
      between: (send) => async (request) => {
        const answer = await send(request);
        exchanges += 1;
        if (exchanges === stopAt) throw new PacelineError("unavailable", "stopped here");
        return answer;
      },
    });
    await pair.leader.add(terms.leader);
    await pair.helper.add(terms.helper);
    await Promise.all([pair.leader.open(), pair.helper.open()]);
    await step(pair);
    await Promise.all([stores.leader.close(), stores.helper.close()]);
  }
  let place = "";
  const collectorOf = (pair: PlainPair) =>
    newDapCollector(pair.transport, terms.agreed, collectorKey, collectorHeaders);
  await life(async (pair) => {
    const client = await newDapClient(pair.transport, terms.agreed);
    const reports = await Promise.all(
      Array.from({ length: 450 }, (_, i) => client.report(i % 100, hour - BigInt(i % 4))),
    );
    expect(await client.upload(...reports)).toEqual(new Map());
    place = await collectorOf(pair).start(query);
  });
  // 450 reports are three jobs and one share: each answer is lost once.
  for (stopAt = 1; stopAt <= 2; stopAt++)
    for (let i = 0; i < 2; i++) await life(async (pair) => void (await pair.leader.work().catch(() => undefined)));
  stopAt = 0;
  await life(async (pair) => {
    await workOf(pair)();
    const collector = collectorOf(pair);
    expect(await collector.start(query)).toBe(place);
    const found = await collector.poll(place);
    expect([found?.count, found?.result]).toEqual([450n, BigInt(4 * 4950 + (49 * 50) / 2)]);
  });
  rmSync(folder, { recursive: true, force: true });
});
