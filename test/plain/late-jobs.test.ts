// Jobs of plain tasks that reach the helper more than two days after their task's end: they keep no batch from collection.
import { expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import { SKEW_SECONDS, VERIFY_SECONDS } from "../../src/aggregate/latest.ts";
import { problemType } from "../../src/api/problem.ts";
import { utf8 } from "../../src/base/bytes.ts";
import type { Transport, TransportResponse } from "../../src/ports/transport.ts";
import { type PairOptions, workOf } from "../support/plain-pair.ts";
import { hour, interval, nothing, problemOf, standing, wide } from "../support/plain-standing.ts";

const DAY = 86_400;
const HOUR = 3600;
/** When the helper verifies no more: two days after the end of the task's interval, in whole units of its time, and one. */
const OVER = Number(interval.start + interval.duration) * HOUR + VERIFY_SECONDS + HOUR;
type Faulty = (send: () => ReturnType<Transport["send"]>) => Promise<TransportResponse>;
const garbled: Faulty = async () => ({ status: 200, headers: {}, body: new Uint8Array(3) });

/** What a helper says whose clock is ahead. */
const expired: Faulty = async () => ({
  status: 400,
  headers: { "content-type": problemType },
  body: utf8(
    JSON.stringify({ type: "urn:paceline:error:task_expired", title: "expired", status: 400, detail: "over" }),
  ),
});

/** A task with an end: some reports are verified, and some in a job that is parked. */
async function parked({ early, late, fault = garbled }: { early: number; late: number; fault?: Faulty }, more = {}) {
  let faulty: Faulty | undefined;
  const lines: string[] = [];
  const options: PairOptions = {
    log: (line, event, fields) => void lines.push(`${event} ${fields?.count}: ${line}`),
    between: (send) => async (request) =>
      faulty !== undefined && request.url.endsWith("/aggregation_jobs")
        ? await faulty(() => send(request))
        : await send(request),
  };
  const stood = await standing(options, { interval, minBatchSize: 2n, ...more });
  const { pair, client } = stood;
  const upload = async (count: number) =>
    await client.upload(...(await Promise.all(Array.from({ length: count }, () => client.report(1, hour)))));
  await upload(early);
  await workOf(pair)();
  faulty = fault;
  await upload(late);
  for (let time = 0; time < FAULTS_MAX; time++) {
    await pair.leader.work().catch(() => undefined);
    pair.clock.seconds += 60;
  }
  expect(lines.filter((line) => line.startsWith("jobs.parked"))).toHaveLength(1);
  return {
    ...stood,
    lines: () => lines.filter((line) => line.startsWith("reports.late")),
    /** The cause is mended, and the process started anew. */
    async retriedAt(seconds: number, next?: Faulty) {
      pair.clock.seconds = seconds;
      faulty = next;
      expect((await pair.leader.open()).unparked).toBe(1);
    },
  };
}

test.each(["time-interval", "leader-selected"] as const)(
  "they are settled as too late, told of, and what the helper has verified is collected (%s)",
  async (batchMode) => {
    const { pair, collector, lines, retriedAt, name } = await parked({ early: 2, late: 1 }, { batchMode });
    await retriedAt(OVER + DAY);
    const query = batchMode === "time-interval" ? wide : ({ mode: batchMode } as const);
    const { count, result } = await collector.collect(query, workOf(pair));
    expect([count, result]).toEqual([2n, 2n]);
    expect(lines()).toEqual([expect.stringMatching(`^reports.late 1: 1 reports of ${name} came too late`)]);
    await pair.leader.work();
    expect(lines()).toHaveLength(1);
  },
);

test("too few are left: who collects hears that", async () => {
  const { pair, collector, retriedAt } = await parked({ early: 1, late: 2 });
  await retriedAt(OVER + DAY);
  const place = await collector.start(wide);
  await workOf(pair)();
  await expect(collector.poll(place)).rejects.toMatchObject({ code: "invalid_batch_size" });
});

test("before that they count, and so does, however late, what the helper counted and whose answer was lost", async () => {
  for (const [at, fault] of [
    [OVER - 1, garbled],
    [OVER + DAY, async (send) => ({ ...(await send()), body: new Uint8Array(3) })] as [number, Faulty],
  ] as const) {
    const { pair, collector, lines, retriedAt } = await parked({ early: 2, late: 1, fault });
    await retriedAt(at);
    expect((await collector.collect(wide, workOf(pair))).count).toBe(3n);
    expect(lines()).toEqual([]);
  }
});

/** For a moment only. */
function expiredOnce(): Faulty {
  const wrong = [expired];
  return async (send) => await (wrong.pop() ?? ((real) => real()))(send);
}

test("a helper whose clock is wrong loses no report while it would still verify by the leader's: the job stays", async () => {
  const { pair, collector, lines, retriedAt } = await parked({ early: 2, late: 1 });
  await retriedAt(OVER - SKEW_SECONDS - 1, expiredOnce());
  await expect(pair.leader.work()).rejects.toMatchObject({ code: "task_expired" });
  pair.clock.seconds += 1;
  expect((await collector.collect(wide, workOf(pair))).count).toBe(3n);
  expect(lines()).toEqual([]);
});

test("one that is ahead by what clocks may differ by is believed", async () => {
  const { pair, collector, lines, retriedAt } = await parked({ early: 2, late: 1 });
  await retriedAt(OVER - SKEW_SECONDS, expiredOnce());
  expect((await collector.collect(wide, workOf(pair))).count).toBe(2n);
  expect(lines()).toHaveLength(1);
});

test("a task without an end has none", async () => {
  const { pair, collector, lines, retriedAt } = await parked({ early: 2, late: 1 }, { interval: undefined });
  await retriedAt(OVER + 7 * DAY);
  expect((await collector.collect(wide, workOf(pair))).count).toBe(3n);
  expect(lines()).toEqual([]);
});

test("that it is over is said when nothing that was begun in time can be counted any more", async () => {
  let late = 0;
  const begun = await standing(
    {
      passing(point) {
        if (point === "plain:job-verified") begun.pair.clock.seconds += late;
      },
    },
    { interval, minBatchSize: 2n },
  );
  const { pair, client, job } = begun;
  await client.upload(await client.report(1, hour));
  // The helper is slow: it began in time, and its leader may have asked again meanwhile.
  pair.clock.seconds = OVER - 1;
  late = 1 + SKEW_SECONDS;
  await pair.leader.work();
  const request = pair.traffic.findLast(({ url }) => url.endsWith("/aggregation_jobs"))?.body ?? nothing;
  late = 0;
  for (const [at, said] of [
    [OVER, "unavailable"],
    [OVER + SKEW_SECONDS - 1, "unavailable"],
    [OVER + SKEW_SECONDS, "task_expired"],
  ] as const) {
    pair.clock.seconds = at;
    expect(problemOf(await job(request))).toBe(said);
  }
  expect(await pair.helper.parts.store.read((rows) => rows.count("b/"))).toBe(0);
});
