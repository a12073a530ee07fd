// Several processes at one task's reports: who took a job last holds it, and nobody else writes anything of it.
import { describe, expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import {
  type Job,
  layOutJob,
  nextJob,
  prepareTaskOf,
  recordJob,
  type TakenJob,
  takeJob,
} from "../../src/aggregate/jobs.ts";
import { failJob, handBackJob, LEASE_MS, renewJob, setAside } from "../../src/aggregate/leases.ts";
import { type Preparer, preparer } from "../../src/aggregate/prepare.ts";
import { nodeCrypto, nodeWasm } from "../../src/platform/node/index.ts";
import { mediaType } from "../../src/protocol/dap/http.ts";
import { leaderToken, newCluster, noNoise, urls } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { newRound, tallies } from "../support/rounds.ts";

const NOW = nowSeconds * 1000;

async function withReports(values: readonly number[]) {
  const cluster = newCluster({ noise: noNoise, terms: { jobReports: 100 } });
  const round = await newRound(cluster);
  await round.fill(values);
  const store = cluster.coordinatorStore;
  const prepare = prepareTaskOf(await round.task("leader"), cluster.keyrings.coordinator.hpke, nowSeconds);
  const real = preparer({ crypto: nodeCrypto, wasm: nodeWasm });
  return {
    ...{ cluster, store, prepare },
    take: (now: number, most = 3) => takeJob(nodeCrypto, store, round.id, { most, leave: 0, now: () => now }),
    layOut: (taken: TakenJob | undefined, by: Preparer = real) => layOutJob(store, by, prepare, taken as TakenJob),
    next: (now: number) => nextJob(nodeCrypto, store, real, prepare, { most: 3, leave: 0, now: () => now }),
    async ask({ request }: Job): Promise<Uint8Array> {
      const { body } = await cluster.transport.send({
        method: "POST",
        url: `${urls.helper}/tasks/${round.text}/aggregation_jobs`,
        headers: { authorization: `Bearer ${leaderToken}`, "content-type": mediaType("aggregation-job-init-req") },
        body: request,
      });
      return body;
    },
    leader: async () => (await tallies(cluster, round.id)).leader,
    jobs: () => store.read((rows) => rows.jobs(round.id)),
    real,
  };
}

describe("a job whose holders die", () => {
  test("is taken eight times and then parked, told once, and others go on; parked ones wait for their operator", async () => {
    const { store, prepare } = await withReports([50, 65, 65, 65, 80]);
    const told: number[] = [];
    const parked = ({ faults }: { readonly faults: number }) => void told.push(faults);
    const take = (now: number) => takeJob(nodeCrypto, store, prepare.id, { most: 3, leave: 0, now: () => now, parked });
    const first = await take(NOW);
    // Its time is over each time: nobody ended it or gave it up.
    for (let deaths = 1; deaths < FAULTS_MAX; deaths++) {
      const again = await take(NOW + deaths * LEASE_MS);
      expect(again?.row).toMatchObject({ key: first?.row.key, faults: deaths, tries: deaths + 1 });
    }
    expect(told).toEqual([]);
    const next = await take(NOW + FAULTS_MAX * LEASE_MS);
    expect(next?.row.key).not.toEqual(first?.row.key);
    expect(told).toEqual([FAULTS_MAX]);
    expect(await store.read((rows) => rows.parkedJobs(prepare.id))).toEqual([{ code: "internal", jobs: 1 }]);
    expect(await store.transaction((rows) => rows.unparkJobs(prepare.id))).toBe(1);
    const retried = await take(NOW + FAULTS_MAX * LEASE_MS);
    expect(retried?.row).toMatchObject({ key: first?.row.key, faults: 0 });
  });

  test("is blamed for nothing when it was given up, or when its holder was only slow and says so", async () => {
    const { store, take, jobs } = await withReports([50]);
    const faults = async () => (await jobs()).map((row) => row.faults);
    const one = (await take(NOW)) as TakenJob;
    await handBackJob(store, one.row);
    const two = (await take(NOW + 1)) as TakenJob;
    expect(two.row.faults).toBe(0);
    const three = (await take(NOW + 1 + LEASE_MS)) as TakenJob;
    expect(three.row).toMatchObject({ faults: 1, tries: 3 });
    // Whoever held it before lives, and failed by something else.
    expect(await failJob(store, two.row, new Error("late"), NOW + 2 + LEASE_MS)).toBeUndefined();
    expect(await faults()).toEqual([0]);
    expect(await take(NOW + 2 + LEASE_MS)).toBeUndefined();
    await setAside(store, { ...three.row, faults: 0 }, () => NOW + 3 * LEASE_MS);
    expect(await take(NOW + 2 * LEASE_MS)).toBeUndefined();
    expect((await take(NOW + 3 * LEASE_MS))?.row.faults).toBe(0);
  });
});

describe("a job", () => {
  test("is of other reports than another's at the same time, and none is left out", async () => {
    const { take, jobs } = await withReports([50, 65, 65, 65, 80]);
    const [one, two] = [await take(NOW), await take(NOW)];
    expect(await take(NOW)).toBeUndefined();
    expect([one?.uploads?.length, two?.uploads?.length]).toEqual([3, 2]);
    const ids = (await jobs()).map(({ reports }) => Buffer.from(reports as Uint8Array).toString("hex"));
    expect(new Set(ids.flatMap((text) => text.match(/.{32}/g))).size).toBe(5);
  });

  test("is another's when its holder has not been heard of, which then writes nothing: neither request nor answer", async () => {
    const { take, layOut, ask, store, prepare, leader, jobs } = await withReports([50, 65, 65]);
    const slow = await take(NOW);
    expect(await take(NOW + LEASE_MS - 1)).toBeUndefined();
    const quick = await take(NOW + LEASE_MS);
    expect([slow?.row.tries, quick?.row.tries]).toEqual([1, 2]);
    expect(await layOut(slow)).toBeUndefined();
    expect((await jobs())[0]?.request).toBeNull();
    const job = (await layOut(quick)) as Job;
    const answer = await ask(job);
    await recordJob(store, prepare, { ...job, tries: 1 }, answer);
    expect(await leader()).toMatchObject({ aggregating: 3, accepted: 0 });
    await recordJob(store, prepare, job, answer);
    await recordJob(store, prepare, job, answer);
    expect(await leader()).toMatchObject({ aggregating: 0, accepted: 3 });
    expect(await jobs()).toEqual([]);
  });

  test("goes out with the bytes that were written down, whoever sends it, and is answered as before", async () => {
    const { next, ask, store, prepare, leader } = await withReports([50, 65, 65]);
    const first = (await next(NOW)) as Job;
    const answer = await ask(first);
    const second = (await next(NOW + LEASE_MS)) as Job;
    expect(second.request).toEqual(first.request);
    expect(await ask(second)).toEqual(answer);
    await recordJob(store, prepare, second, answer);
    expect(await leader()).toMatchObject({ accepted: 3, rejected: 0 });
  });

  test("is held for as long as its holder says so, and free at once when it is handed back", async () => {
    const { take, store } = await withReports([50, 65, 65]);
    const { row } = (await take(NOW)) as TakenJob;
    expect(await renewJob(store, row, () => NOW + 3 * LEASE_MS)).toBe(true);
    expect(await take(NOW + 2 * LEASE_MS)).toBeUndefined();
    expect(await handBackJob(store, row)).toBe(true);
    expect((await take(NOW))?.row.tries).toBe(2);
    // Who has lost it neither holds it on nor gives another's away.
    expect([await renewJob(store, row, () => NOW + LEASE_MS), await handBackJob(store, row)]).toEqual([false, false]);
    expect(await take(NOW)).toBeUndefined();
  });

  test("is held from when it was written down, however long that waited: its holder is not dead before it begins", async () => {
    const { store, prepare, jobs } = await withReports([50, 65, 65]);
    let now = NOW;
    const busy: typeof store = {
      ...store,
      transaction: (work) => {
        now += 3 * LEASE_MS;
        return store.transaction(work);
      },
    };
    const taken = await takeJob(nodeCrypto, busy, prepare.id, { most: 3, leave: 0, now: () => now });
    expect(taken?.row).toMatchObject({ until: now + LEASE_MS, at: now });
    const { row } = taken as TakenJob;
    expect(await renewJob(busy, row, () => now + LEASE_MS)).toBe(true);
    expect((await jobs())[0]?.until).toBe(now + LEASE_MS);
    // One that another has begun, too.
    await handBackJob(store, row);
    const again = await takeJob(nodeCrypto, busy, prepare.id, { most: 3, leave: 0, now: () => now });
    expect(again?.row).toMatchObject({ until: now + LEASE_MS, faults: 0, tries: 2 });
  });

  test("with no report that the leader verifies is none; a report that is taken back meanwhile stays out", async () => {
    const { take, layOut, store, leader, jobs, real, prepare } = await withReports([50, 65]);
    const taken = await take(NOW);
    const bad: Preparer = {
      ...real,
      prepareLeader: async (_, reports) => reports.map(() => ({ error: "vdaf_verify_error" })),
    };
    const [id] = await store.read(async (rows) =>
      (await rows.jobs(prepare.id)).map(({ reports }) => reports?.slice(0, 16)),
    );
    const withdrawal = { task: prepare.id, report: id as Uint8Array, secret: new Uint8Array(32) };
    await store.transaction((rows) => rows.putWithdrawal({ ...withdrawal, state: "waiting" }));
    expect(await layOut(taken, bad)).toBeUndefined();
    expect([await leader(), await jobs()]).toMatchObject([{ aggregating: 0, rejected: 2 }, []]);
    expect((await store.read((rows) => rows.withdrawal(prepare.id, id as Uint8Array)))?.state).toBe("shared");
  });
});
