// A helper whose workers are other processes: jobs wait in its database, and are answered once.
import { expect, test } from "vitest";
import { FAULTS_MAX } from "../../src/aggregate/failing.ts";
import { untaken } from "../../src/aggregate/jobs.ts";
import { LEASE_MS } from "../../src/aggregate/leases.ts";
import type { JobRow } from "../../src/aggregate/store.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { type JobQueue, newJobQueue } from "../../src/helper/queue.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { AggregationJobInitReq } from "../../src/protocol/dap/aggregation.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";

const task = new Uint8Array(32).fill(1);
const request = AggregationJobInitReq.encode({
  verificationKeyId: 0,
  aggregationParameter: new Uint8Array(0),
  extensions: [],
  verifyInits: [
    {
      metadata: { reportId: new Uint8Array(16), time: 1n, publicExtensions: [] },
      publicShare: new Uint8Array(0),
      helperShare: { configId: 1, enc: new Uint8Array(32), payload: new Uint8Array(9) },
      payload: new Uint8Array(3),
    },
  ],
});

function queues() {
  const store = memoryDatabase();
  let now = 1_800_000_000_000;
  const clock = { now: () => now };
  /** It does not wait for an answer within the request unless it is told to. */
  const one = (waitMs = 0) => newJobQueue({ store, crypto: nodeCrypto, clock, waitMs });
  const answer = (byte: number) => async (job: { task: Uint8Array; key: Uint8Array }) => {
    const response = new Uint8Array([byte]);
    await store.transaction(async (rows) => {
      const row = await rows.job(job.task, job.key);
      if (row !== undefined) await rows.putJob({ ...row, ...untaken, request: null, response });
    });
    return response;
  };
  return { store, one, answer, pass: (ms: number) => (now += ms) };
}

/** Takes a job and never comes to its end. */
async function neverEnds(queue: JobQueue): Promise<void> {
  await new Promise<void>((begun, failed) => {
    const taken = queue.work(() => {
      begun();
      return new Promise(() => undefined);
    });
    taken.then(() => failed(new Error("it took no job")), failed);
  });
}

const patient = { timeout: 30_000, interval: 5 };
const permitted = async () => undefined;
const put = (queue: JobQueue, permit = permitted) => queue.put(task, request, permit);

test("a job is deferred until a worker has answered it, and the same request gets the same answer", async () => {
  const { one, answer } = queues();
  const [api, worker] = [one(), one()];
  expect(await worker.work(answer(1))).toBe(false);
  const key = nodeCrypto.sha256(request) as Uint8Array;
  await expect(api.read(task, key)).rejects.toMatchObject({ code: "not_found" });
  expect(await put(api)).toEqual({ retryAfter: 1 });
  expect(await api.read(task, key)).toEqual({ retryAfter: 1 });
  expect(await worker.work(answer(7))).toBe(true);
  expect(await worker.work(answer(8))).toBe(false);
  // Who is no longer permitted to begin reads what was begun.
  const closed = async () => {
    throw new PacelineError("task_expired", "over");
  };
  expect([await put(api, closed), await api.read(task, key)]).toEqual([new Uint8Array([7]), new Uint8Array([7])]);
});

test("what is wrong with a request, or not permitted, is said at once and not written down", async () => {
  const { one, store } = queues();
  const closed = async () => {
    throw new PacelineError("task_expired", "over");
  };
  await expect(put(one(), closed)).rejects.toMatchObject({ code: "task_expired" });
  await expect(one().put(task, new Uint8Array(5), async () => undefined)).rejects.toMatchObject({
    code: "invalid_message",
  });
  expect(await store.read((rows) => rows.jobs(task))).toEqual([]);
});

test("a worker that dies loses its job after a while, one that stops at once; a fault of the worker keeps it, one of the job ends it", async () => {
  const { one, answer, pass, store } = queues();
  expect(await put(one())).toEqual({ retryAfter: 1 });
  const [dead, stopped] = [one(), one()];
  await neverEnds(dead);
  expect(await stopped.work(answer(1))).toBe(false);
  pass(LEASE_MS);
  await neverEnds(stopped);
  expect(await one().work(answer(1))).toBe(false);
  await stopped.handBack();
  await expect(one().work(async () => Promise.reject(new PacelineError("unavailable", "no")))).rejects.toMatchObject({
    code: "unavailable",
  });
  expect((await store.read((rows) => rows.jobs(task)))[0]?.tries).toBe(3);
  // It rests for a while.
  expect(await one().work(answer(1))).toBe(false);
  pass(60_000);
  expect(await one().work(async () => Promise.reject(new PacelineError("conflict", "closed for ever")))).toBe(true);
  expect(await store.read((rows) => rows.jobs(task))).toEqual([]);
});

test("a job that this helper fails at again and again is parked: the leader hears so, and it is tried again when the operator says", async () => {
  const { one, answer, pass, store } = queues();
  const api = one();
  expect(await put(api)).toEqual({ retryAfter: 1 });
  for (let i = 0; i < FAULTS_MAX; i++) {
    await expect(one().work(() => Promise.reject(new TypeError("a bug")))).rejects.toThrow("a bug");
    pass(60_000);
  }
  expect(await one().work(answer(1))).toBe(false);
  const key = nodeCrypto.sha256(request) as Uint8Array;
  await expect(api.read(task, key)).rejects.toMatchObject({ code: "internal", hint: expect.stringContaining("retry") });
  expect(await store.read((rows) => rows.parkedJobs(task))).toEqual([{ code: "internal", jobs: 1 }]);
  expect(await store.transaction((rows) => rows.unparkJobs(task))).toBe(1);
  expect(await one().work(answer(7))).toBe(true);
  expect(await api.read(task, key)).toEqual(new Uint8Array([7]));
});

test("what failed before is worked on alone: another such job is set aside without a fault and comes later, one that never failed goes on", async () => {
  const { store, one, answer, pass } = queues();
  const of = (byte: number) => new Uint8Array(32).fill(byte);
  const add = (byte: number) =>
    store.transaction((rows) =>
      rows.addJob({ task: of(byte), key: of(byte), reports: null, request, response: null, at: 0, ...untaken }),
    );
  const row = (byte: number) => store.read((rows) => rows.job(of(byte), of(byte)));
  for (const byte of [1, 2]) {
    await add(byte);
    await expect(one().work(() => Promise.reject(new TypeError("a bug")))).rejects.toThrow("a bug");
  }
  const worker = one();
  const begun: number[] = [];
  const faults: number[] = [];
  const { promise, resolve } = Promise.withResolvers<void>();
  const now = pass(60_000);
  const working = worker.work(async (job) => {
    begun.push(job.task[0] as number);
    await promise;
    return await answer(1)(job);
  });
  await expect.poll(() => begun, patient).toEqual([1]);
  const fast = async (job: JobRow) => {
    begun.push(job.task[0] as number);
    faults.push(job.faults);
    return await answer(2)(job);
  };
  expect(await worker.work(fast)).toBe(false);
  expect(await row(2)).toMatchObject({ faults: 1, until: 0, resting: now + LEASE_MS });
  await add(3);
  expect(await worker.work(fast)).toBe(true);
  expect(begun).toEqual([1, 3]);
  // Nothing is blamed for the end of a process that it was not worked on by.
  pass(LEASE_MS);
  resolve();
  expect(await working).toBe(true);
  expect(await worker.work(fast)).toBe(true);
  expect(begun).toEqual([1, 3, 2]);
  expect(faults).toEqual([0, 1]);
});

test("what a process answers itself it has written down before, without what was asked: nobody else begins it", async () => {
  const { store, one, answer, pass } = queues();
  // As long as the machine takes for what is waited for.
  const [service, other] = [one(), one(60_000)];
  const key = nodeCrypto.sha256(request) as Uint8Array;
  const row = () => store.read((rows) => rows.job(task, key));
  const held = Promise.withResolvers<void>();
  const first = service.put(task, request, permitted, async (job) => {
    expect(await row()).toMatchObject({ request: null, response: null, tries: 1 });
    pass(LEASE_MS + 1);
    expect(await other.work(answer(1))).toBe(false);
    await held.promise;
    return await answer(7)(job);
  });
  await expect.poll(row, patient).toBeDefined();
  // Who asks again meanwhile waits for the same answer.
  const again = other.put(task, request, permitted, answer(8));
  await expect.poll(async () => (await row())?.request, patient).toEqual(request);
  held.resolve();
  expect(await Promise.all([first, again])).toEqual([new Uint8Array([7]), new Uint8Array([7])]);
});

test("a process that dies of what it answers itself, as often as it is asked, is asked no more: the job is parked", async () => {
  const { store, one, answer, pass } = queues();
  const key = nodeCrypto.sha256(request) as Uint8Array;
  const dead = () => new Promise<Uint8Array>(() => undefined);
  void one().put(task, request, permitted, dead);
  await expect.poll(() => store.read((rows) => rows.jobs(task)), patient).toHaveLength(1);
  let began = 1;
  for (; began < 20; began++) {
    pass(LEASE_MS + 1);
    const next = one();
    // It is not begun in the request again: workers are at it, one job that failed at a time.
    const asked = await next.put(task, request, permitted, () => expect.unreachable());
    expect(asked).toEqual({ retryAfter: 1 });
    expect((await store.read((rows) => rows.job(task, key)))?.request).toEqual(request);
    const dying = Promise.withResolvers<true>();
    const worked = next.work(() => {
      dying.resolve(true);
      return dead();
    });
    const died = await Promise.race([dying.promise, worked]);
    if (!died) break;
  }
  expect(began).toBe(FAULTS_MAX);
  await expect(one().put(task, request, permitted, answer(1))).rejects.toMatchObject({ code: "internal" });
  expect(await store.read((rows) => rows.parkedJobs(task))).toEqual([{ code: "internal", jobs: 1 }]);
  expect(await store.transaction((rows) => rows.unparkJobs(task))).toBe(1);
  expect(await one().work(answer(7))).toBe(true);
  expect(await put(one())).toEqual(new Uint8Array([7]));
});

test("a fault in the request is said and forgotten, and what was given up is begun again at once", async () => {
  const { store, one, answer, pass } = queues();
  const jobs = () => store.read((rows) => rows.jobs(task));
  const failing = (error: Error) => one().put(task, request, permitted, () => Promise.reject(error));
  await expect(failing(new TypeError("a bug"))).rejects.toThrow("a bug");
  await expect(failing(new PacelineError("conflict", "closed"))).rejects.toMatchObject({ code: "conflict" });
  expect(await jobs()).toEqual([]);
  const stopping = one();
  void stopping.put(task, request, permitted, () => new Promise(() => undefined));
  await expect.poll(jobs, patient).toHaveLength(1);
  await stopping.handBack();
  pass(LEASE_MS);
  expect(await one().put(task, request, permitted, answer(7))).toEqual(new Uint8Array([7]));
});
