// Prio3 at wire version 18 beside its peers, one thread each, in turns. What each row is: bench/README.md.
import { type Bench, type Contender, measure, type Row, speedUp, type Timing } from "../harness.ts";
import { divviup } from "./divviup.ts";
import { heapGrowth } from "./heap.ts";
import { hpke } from "./hpke.ts";
import { engines, type Job, type JobId, jobs } from "./jobs.ts";
import { type Native, startNative } from "./native.ts";
import { checkReports, ownShard, ownVerify, shardAll } from "./own.ts";
import { poolScaling } from "./pool.ts";

/** Reports that the npm peer verifies in turn; making them is slow. */
const PEER_REPORTS = 8;

/** WebCrypto answers from other threads. */
const hops = { rounds: 120, turn: 0.004, fastest: 0.1 };

const names: Readonly<Record<JobId, { shard: string; verify?: string }>> = {
  count: { shard: "shard Count /s" },
  sum: { shard: "shard Sum max 255 /s" },
  histogram: {
    shard: "shard Histogram 100 (chunk 10) /s",
    verify: "verify, both parties, Histogram 100, reports/s/core",
  },
  sumvec: { shard: "shard SumVec 1000×1 bit /s", verify: "verify, both parties, SumVec 1000, reports/s/core" },
};

async function rows(): Promise<Row[]> {
  const native = await startNative();
  try {
    const results: Row[] = [];
    for (const job of jobs(engines.services)) results.push(...(await jobRows(job, native)));
    results.push(...(await twinRows()), ...(await hpkeRows()), heapRow(), await poolRow());
    return results;
  } finally {
    native?.close();
  }
}

/** Sharding for each job, verification for those that have a row. */
async function jobRows(job: Job, native: Native | undefined): Promise<Row[]> {
  const name = names[job.id];
  const reports = shardAll(job);
  checkReports("paceline", job, reports);
  const peer = await divviup(job, PEER_REPORTS);
  const crate = native === undefined ? "absent" : await native.contenders(job, reports);
  const of = (work: "shard" | "verify") => (crate === "absent" ? crate : crate[work]);
  const results = [await compared(name.shard, "/s", ownShard(job), peer.shard, of("shard"))];
  if (name.verify !== undefined)
    results.push(await compared(name.verify, "reports/s/core", ownVerify(job, reports), peer.verify, of("verify")));
  return results;
}

async function hpkeRows(): Promise<Row[]> {
  const sides = await hpke();
  return [
    comparison("HPKE open 2.5 KB /s", "/s", await measure(sides.open, hops)),
    comparison("HPKE seal 2.5 KB /s", "/s", await measure(sides.seal, hops)),
  ];
}

/** The plain TypeScript engine alone, where a device has no WebAssembly. */
async function twinRows(): Promise<Row[]> {
  const job = histogram(engines.twin);
  const reports = shardAll(job);
  checkReports("twin", job, reports);
  const peer = await divviup(job, PEER_REPORTS);
  return [
    await compared("twin: shard Histogram 100 (chunk 10) /s", "/s", ownShard(job), peer.shard),
    await compared(
      "twin: verify, both parties, Histogram 100, reports/s/core",
      "reports/s/core",
      ownVerify(job, reports),
      peer.verify,
    ),
  ];
}

function histogram(engine: (typeof engines)["twin"]): Job {
  return jobs(engine).find(({ id }) => id === "histogram") as Job;
}

function heapRow(): Row {
  const job = histogram(engines.services);
  return {
    name: "heap growth over 10,000 reports verified, after gc",
    value: heapGrowth(job),
    unit: "MiB",
    status: "measured",
  };
}

async function poolRow(): Promise<Row> {
  const { workers, threads } = await poolScaling();
  const peer = { name: "two threads without a pool", value: threads };
  return {
    name: "pool of 2 workers against 1",
    value: workers,
    unit: "x",
    status: "measured",
    peer,
    ratio: workers / threads,
  };
}

/** @param native the crate, "absent" where it belongs and could not run, nothing where no crate does the job */
async function compared(
  name: string,
  unit: string,
  own: Contender,
  peer: Contender,
  native?: Contender | "absent",
): Promise<Row> {
  const third = native === undefined || native === "absent" ? [] : [native];
  const row = comparison(name, unit, await measure([own, peer, ...third]));
  return native === "absent" ? { ...row, status: "peer-absent" } : row;
}

/** @param timings ours, the npm peer's and, where it is one of the job's, the crate's */
function comparison(name: string, unit: string, timings: readonly Timing[]): Row {
  const [ours, theirs, crate] = timings as [Timing, Timing, Timing | undefined];
  return {
    name,
    value: 1 / ours.seconds,
    unit,
    status: "measured",
    peer: { name: theirs.name, value: 1 / theirs.seconds },
    ratio: speedUp(ours, theirs),
    ...(crate === undefined ? {} : { native: { value: 1 / crate.seconds, ratio: speedUp(ours, crate) } }),
  };
}

export const prio3Bench: Bench = {
  rows,
  floors: {
    "shard Count /s": { of: "ratio", atLeast: 3 },
    "shard Sum max 255 /s": { of: "ratio", atLeast: 10 },
    "shard Histogram 100 (chunk 10) /s": { of: "ratio", atLeast: 13 },
    "shard SumVec 1000×1 bit /s": { of: "ratio", atLeast: 18 },
    "verify, both parties, Histogram 100, reports/s/core": { of: "ratio", atLeast: 15 },
    "verify, both parties, SumVec 1000, reports/s/core": { of: "ratio", atLeast: 13 },
    "twin: shard Histogram 100 (chunk 10) /s": { of: "ratio", atLeast: 3 },
    "twin: verify, both parties, Histogram 100, reports/s/core": { of: "ratio", atLeast: 3 },
    "HPKE open 2.5 KB /s": { of: "ratio", atLeast: 4 },
    "heap growth over 10,000 reports verified, after gc": { of: "value", atMost: 1 },
    "pool of 2 workers against 1": { of: "value", atLeast: 1.7, peerAtLeast: 1.85 },
  },
};
