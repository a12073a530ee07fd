// Jobs that failed before, of two tasks: what may end the process is worked on alone, and waiting for the helper ends none.
import { expect, test } from "vitest";
import { retryDelay } from "../../src/aggregate/failing.ts";
import { takeJob } from "../../src/aggregate/jobs.ts";
import { LEASE_MS } from "../../src/aggregate/leases.ts";
import { toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { ofJobs, values } from "../support/between.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { nowSeconds, smallQuestion } from "../support/questions.ts";
import { newRound, type Round, tallies } from "../support/rounds.ts";

/** How long a job rests after its first fault. */
const RESTS_MS = retryDelay(1);

/** Two tasks with a job each that has failed, and places where work on either can be kept. */
async function twoFaulted() {
  let now = nowSeconds * 1000;
  let garbled = true;
  const begun: string[] = [];
  const kept = { preparing: new Map<string, Promise<void>>(), atHelper: new Map<string, Promise<void>>() };
  const cluster = newCluster({
    ...{ noise: noNoise, clock: { now: () => now }, terms: { jobReports: 20 } },
    preparing: (real) => ({
      ...real,
      async prepareLeader(task, uploads) {
        begun.push(toBase64Url(task.id));
        await kept.preparing.get(toBase64Url(task.id));
        return await real.prepareLeader(task, uploads);
      },
    }),
    between: (send) => async (request) => {
      if (!ofJobs("aggregation_jobs")(request)) return await send(request);
      if (garbled) return { status: 200, headers: {}, body: new Uint8Array(3) };
      for (const [task, until] of kept.atHelper) if (request.url.includes(task)) await until;
      return await send(request);
    },
  });
  const { coordinator, coordinatorStore: store } = cluster;
  const rounds: [Round, Round] = [
    await newRound(cluster),
    await newRound(cluster, { ...smallQuestion, name: "other", minCohort: 6 }),
  ];
  for (const round of rounds) {
    await round.fill(values);
    await expect(coordinator.collect(round.id)).rejects.toMatchObject({ code: "verification_failed" });
    // The first one is the older, and looked at first; by now it rests no more.
    if (round === rounds[0]) now += 60_000;
  }
  garbled = false;
  begun.length = 0;
  const row = async (round: Round) => (await store.read((rows) => rows.jobs(round.id)))[0];
  const faults = 1;
  for (const round of rounds) expect(await row(round)).toMatchObject({ faults, until: 0 });
  return {
    ...{ rounds, begun, row, faults },
    accepted: async (round: Round) => (await tallies(cluster, round.id)).leader.accepted,
    work: () => coordinator.work(),
    now: () => now,
    pass(ms: number) {
      now += ms;
    },
    /** As another process does that comes upon the job. */
    take: (round: Round) => takeJob(nodeCrypto, store, round.id, { most: 20, leave: 99, now: () => now }),
    /** @returns what ends it */
    keep(where: keyof typeof kept, round: Round): () => void {
      const { promise, resolve } = Promise.withResolvers<void>();
      kept[where].set(round.text, promise);
      return resolve;
    },
  };
}

test("while one is worked on, that of another task is set aside without a fault, and comes later", async () => {
  const { rounds, begun, row, faults, accepted, work, now, pass, keep } = await twoFaulted();
  const [one, other] = rounds;
  pass(RESTS_MS);
  const go = keep("preparing", one);
  const working = work();
  await expect.poll(() => row(other)).toMatchObject({ faults, until: 0, resting: now() + LEASE_MS });
  expect(begun).toEqual([one.text]);
  expect(await row(one)).toMatchObject({ faults, until: now() + LEASE_MS });
  go();
  await working;
  expect([await accepted(one), await accepted(other)]).toEqual([values.length, 0]);
  pass(LEASE_MS);
  await work();
  expect(await accepted(other)).toBe(values.length);
});

test("while one waits for the helper, that of another task is verified", async () => {
  const { rounds, accepted, work, row, keep, now, pass } = await twoFaulted();
  const [one, other] = rounds;
  const go = keep("atHelper", one);
  const working = work();
  await expect.poll(() => row(one)).toMatchObject({ until: 0, resting: now() + LEASE_MS });
  pass(RESTS_MS);
  await work();
  expect([await accepted(one), await accepted(other), await row(other)]).toEqual([0, values.length, undefined]);
  go();
  await working;
  expect([await accepted(one), await row(one)]).toEqual([values.length, undefined]);
});

test("the end of a process is a fault of what it worked on, and of nothing that waited for the helper", async () => {
  const { rounds, work, row, faults, keep, now, pass, take } = await twoFaulted();
  const [one, other] = rounds;
  const go = [keep("atHelper", one), keep("preparing", other)];
  const working = [work()];
  await expect.poll(() => row(one)).toMatchObject({ until: 0, resting: now() + LEASE_MS });
  pass(RESTS_MS);
  working.push(work());
  await expect.poll(() => row(other)).toMatchObject({ until: now() + LEASE_MS });
  pass(LEASE_MS);
  const taken = await Promise.all([take(one), take(other)]);
  expect(taken.map((job) => job?.row.faults)).toEqual([faults, faults + 1]);
  for (const end of go) end();
  await Promise.all(working);
});

test("an answer that comes while another one is worked on is recorded after that", async () => {
  const { rounds, accepted, work, row, keep, now, pass } = await twoFaulted();
  const [one, other] = rounds;
  const [answered, prepared] = [keep("atHelper", one), keep("preparing", other)];
  const working = [work()];
  await expect.poll(() => row(one)).toMatchObject({ until: 0, resting: now() + LEASE_MS });
  pass(RESTS_MS);
  working.push(work());
  await expect.poll(() => row(other)).toMatchObject({ until: now() + LEASE_MS });
  answered();
  await new Promise((resolve) => setTimeout(resolve, 50));
  expect([await accepted(one), (await row(one))?.until]).toEqual([0, 0]);
  prepared();
  await Promise.all(working);
  expect([await accepted(one), await accepted(other)]).toEqual([values.length, values.length]);
});
