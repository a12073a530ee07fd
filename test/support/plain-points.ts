// Leader and helper of a plain task, stopped at every named point, on each database: what was acknowledged is in the sum, once.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type PlainPoint, plainPoints } from "../../src/plain/points.ts";
import type { KeyValueStore } from "../../src/plain/store.ts";
import { openMarkFile, openSealer } from "../../src/platform/node/index.ts";
import { newDapClient, newDapCollector } from "./dap-parties.ts";
import { agreement, collectorHeaders, collectorKey, newPair, newPlainPair, type PlainPair } from "./plain-pair.ts";
import { hour, interval } from "./plain-standing.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-points-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
/** Keys of a database of that name. */
export const sealing = (name: string) => (sealed: boolean) =>
  openSealer(join(folder, `${name}.sealing`), sealed ? "refuse" : "make");
export const fileNamed = (name: string) => join(folder, `${name}.db`);
const roles = ["leader", "helper"] as const;
type Open = (name: string) => Promise<KeyValueStore>;

/** A process that is gone: nothing of what it would have done comes. */
class Stopped extends Error {}

/** Every point is passed once by somebody, who stops there; then both go on from what they had. */
export function stoppedEverywhere(engine: string, batchMode: "time-interval" | "leader-selected", open: Open): void {
  test(`on ${engine}, batches by ${batchMode}`, async () => {
    const hpke = { leader: [{ id: 1, pair: newPair() }], helper: [{ id: 2, pair: newPair() }] };
    const vdaf = { type: "Prio3Sum", maxMeasurement: 100 } as const;
    const terms = agreement({ vdaf, batchMode, minBatchSize: 6n });
    const query = batchMode === "time-interval" ? ({ mode: batchMode, interval } as const) : { mode: batchMode };
    const left = new Set<PlainPoint>(plainPoints);
    let stopping = false;
    async function life(step: (pair: PlainPair) => Promise<unknown>): Promise<void> {
      const stores = { leader: await open(`${batchMode}-leader`), helper: await open(`${batchMode}-helper`) };
      const mark = (role: string) => openMarkFile(join(folder, `${engine}-${batchMode}-${role}.mark`));
      const pair = newPlainPair({
        stores,
        hpke,
        marks: { leader: mark("leader"), helper: mark("helper") },
        passing(point) {
          if (!stopping || !left.delete(point)) return;
          throw new Stopped(point);
        },
      });
      for (const role of roles) {
        await pair[role].add(terms[role]);
        await pair[role].open();
      }
      await step(pair).catch((error: unknown) => {
        if (!stopping) throw error;
      });
      await Promise.all(roles.map((role) => stores[role].close()));
    }
    const collectorOf = (pair: PlainPair) =>
      newDapCollector(pair.transport, terms.agreed, collectorKey, collectorHeaders);
    let reports: Awaited<ReturnType<Awaited<ReturnType<typeof newDapClient>>["report"]>>[] = [];
    await life(async (pair) => {
      const client = await newDapClient(pair.transport, terms.agreed);
      reports = await Promise.all([1, 2, 4, 8, 16, 32].map((value, i) => client.report(value, hour - BigInt(i % 3))));
    });
    stopping = true;
    let place = "";
    // Whoever was not told that a report is stored sends it again; whoever was not told of a job asks again.
    for (let lives = 0; left.size > 0 && lives < 3 * plainPoints.length; lives++)
      await life(async (pair) => {
        const client = await newDapClient(pair.transport, terms.agreed);
        await client.upload(...reports);
        const collector = collectorOf(pair);
        if (place === "") place = await collector.start(query);
        await pair.leader.work();
      });
    expect([...left]).toEqual([]);
    stopping = false;
    await life(async (pair) => {
      await pair.leader.work();
      const collector = collectorOf(pair);
      if (batchMode === "time-interval") expect(await collector.start(query)).toBe(place);
      else await collector.start(query);
      const found = await collector.poll(place);
      expect([found?.count, found?.result]).toEqual([6n, 63n]);
    });
  });
}
