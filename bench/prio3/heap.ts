// Memory that verification keeps: reports are made, verified, added up and forgotten; what is left after a collection is
// what grew. Counts the JavaScript heap and everything outside it (array buffers, WebAssembly memories).
import { randomBytes } from "node:crypto";
import { collectGarbage } from "../harness.ts";
import { context, type Job } from "./jobs.ts";
import { verifyReport } from "./own.ts";

const REPORTS = 10_000;
/** Enough for the compilers to have settled, whose code is on the heap too. */
const WARM_UP = 3_000;

/** MiB by which memory has grown after REPORTS reports, each sharded and verified by both parties. */
export function heapGrowth(job: Job): number {
  const aggregates = [job.own.newAggregate(), job.own.newAggregate()] as const;
  const work = (reports: number) => {
    for (let i = 0; i < reports; i++) {
      const nonce = new Uint8Array(randomBytes(16));
      const rand = new Uint8Array(randomBytes(job.own.randLength));
      const measurement = job.measurements[i % job.measurements.length] as never;
      const [leader, helper] = verifyReport(job.own, { nonce, ...job.own.shard(context, measurement, nonce, rand) });
      job.own.accumulate(aggregates[0], leader);
      job.own.accumulate(aggregates[1], helper);
    }
  };
  work(WARM_UP);
  const before = used();
  work(REPORTS);
  return (used() - before) / 2 ** 20;
}

function used(): number {
  // twice: finalisers of the first round free buffers outside the heap
  collectGarbage();
  collectGarbage();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
