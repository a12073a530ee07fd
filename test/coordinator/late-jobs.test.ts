// Jobs that reach the helper more than two days after their task's end: it verifies them no more, and they keep no batch from collection.
import { expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import { SKEW_SECONDS } from "../../src/aggregate/latest.ts";
import { problemType } from "../../src/api/problem.ts";
import { utf8 } from "../../src/base/bytes.ts";
import type { Transport, TransportResponse } from "../../src/ports/transport.ts";
import { ofJobs, values } from "../support/between.ts";
import { newCluster, noNoise } from "../support/cluster.ts";
import { nowSeconds } from "../support/questions.ts";
import { newRound, type Round, tallies } from "../support/rounds.ts";

const DAY = 86_400;
type Faulty = (send: () => ReturnType<Transport["send"]>) => Promise<TransportResponse>;

/** What does not decode, of a helper that was not asked. */
const garbled: Faulty = async () => ({ status: 200, headers: {}, body: new Uint8Array(3) });

/** A round some of whose reports are in a job that is parked, on a clock of its own. */
async function parked({ early, fault = garbled }: { readonly early: number; readonly fault?: Faulty }) {
  let now = nowSeconds;
  let faulty: Faulty | undefined;
  const lines: string[] = [];
  const cluster = newCluster({
    ...{ noise: noNoise, clock: { now: () => now * 1000 }, terms: { jobReports: early || 20 } },
    log: (line, event, fields) => void lines.push(`${event} ${fields?.count}: ${line}`),
    between: (send) => async (request) =>
      faulty !== undefined && ofJobs("aggregation_jobs")(request)
        ? await faulty(() => send(request))
        : await send(request),
  });
  const { coordinator } = cluster;
  const round = await newRound(cluster);
  const verified = async () => (await tallies(cluster, round.id)).leader.accepted;
  await round.fill(values.slice(0, early));
  await coordinator.work();
  await expect.poll(verified).toBe(early);
  faulty = fault;
  await round.fill(values.slice(early));
  for (let time = 0; time < FAULTS_MAX; time++) await coordinator.collect(round.id).catch(() => undefined);
  const jobs = () => cluster.coordinatorStore.read((rows) => rows.jobs(round.id));
  expect((await jobs()).every((job) => job.parked !== null)).toBe(true);
  return {
    ...{ cluster, round, lines, jobs },
    counts: () => tallies(cluster, round.id),
    /** The cause is mended, so long after; the operator has it tried again. */
    retried: async (seconds: number, next?: Faulty) => {
      now += seconds;
      faulty = next;
      expect(await coordinator.retry(round.id)).toBeGreaterThan(0);
    },
  };
}

test("they are settled as too late, told of, and what the helper has verified is collected", async () => {
  const { cluster, round, lines, jobs, counts, retried } = await parked({ early: 5 });
  await retried(3 * DAY);
  await cluster.coordinator.collect(round.id);
  expect(await counts()).toMatchObject({ leader: { accepted: 5 }, helper: { accepted: 5 } });
  expect(await jobs()).toEqual([]);
  expect(lines.filter((line) => line.startsWith("reports.late"))).toEqual([
    expect.stringMatching(`^reports.late 1: 1 reports of ${round.text} came too late`),
  ]);
});

test("too few are left: who collects hears that, and no longer that reports are not verified", async () => {
  const { cluster, round, jobs, retried } = await parked({ early: 0 });
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "conflict" });
  await retried(3 * DAY);
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "invalid_batch_size" });
  expect(await jobs()).toEqual([]);
  expect(await cluster.coordinatorStore.read((rows) => rows.unsettled(round.id))).toBe(false);
});

test("within two days of the task's end they count", async () => {
  const { cluster, round, counts, lines, retried } = await parked({ early: 5 });
  await retried(DAY);
  await cluster.coordinator.collect(round.id);
  expect(await counts()).toMatchObject({ leader: { accepted: 6 }, helper: { accepted: 6 } });
  expect(lines.filter((line) => line.startsWith("reports.late"))).toEqual([]);
});

test("what the helper counted and whose answer was lost counts, however late it is asked again", async () => {
  const lost: Faulty = async (send) => ({ ...(await send()), body: new Uint8Array(3) });
  const { cluster, round, counts, retried } = await parked({ early: 5, fault: lost });
  await retried(3 * DAY);
  await cluster.coordinator.collect(round.id);
  expect(await counts()).toMatchObject({ leader: { accepted: 6 }, helper: { accepted: 6 } });
});

/** What a helper says whose clock is days ahead for a moment. */
function ahead(): Faulty {
  const type = "urn:paceline:error:task_expired";
  const body = utf8(JSON.stringify({ type, title: "expired", status: 400, detail: "its time is over at the helper" }));
  const wrong = [{ status: 400, headers: { "content-type": problemType }, body }];
  return async (send) => wrong.pop() ?? (await send());
}

const sinceEnd =
  (seconds: number) =>
  ({ manifest }: Round) =>
    manifest.upload.closes - nowSeconds + seconds;

test.each([
  ["while the task is open here", () => 60],
  ["a day after its end", sinceEnd(DAY)],
  ["before the two days are over, less what clocks differ by", sinceEnd(2 * DAY - SKEW_SECONDS - 1)],
] as const)("a helper whose clock is wrong loses no report, %s: the job stays", async (_, after) => {
  const { cluster, round, jobs, counts, retried } = await parked({ early: 5 });
  await retried(after(round), ahead());
  await expect(cluster.coordinator.collect(round.id)).rejects.toMatchObject({ code: "task_expired" });
  expect(await jobs()).toMatchObject([{ parked: null, faults: 1 }]);
  await cluster.coordinator.collect(round.id);
  expect(await counts()).toMatchObject({ leader: { accepted: 6 }, helper: { accepted: 6 } });
});

test.each([
  ["a helper that is ahead by what clocks may differ by", sinceEnd(2 * DAY - SKEW_SECONDS), ahead()],
  ["a helper in time, just past the two days", sinceEnd(2 * DAY + SKEW_SECONDS), undefined],
])("%s is believed", async (_, after, next) => {
  const { cluster, round, jobs, counts, retried, lines } = await parked({ early: 5 });
  await retried(after(round), next);
  await cluster.coordinator.collect(round.id);
  expect(await counts()).toMatchObject({ leader: { accepted: 5 }, helper: { accepted: 5 } });
  expect(await jobs()).toEqual([]);
  expect(lines.filter((line) => line.startsWith("reports.late"))).toHaveLength(1);
});
