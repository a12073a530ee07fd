// The npm peer, @divviup/prio3 0.8.0 (VDAF-08): the only other Prio3 in TypeScript. It cannot decode reports, so its
// verification starts from decoded shares that sharding left expanded: less work than ours.
import { Buffer } from "node:buffer";
import { Prio3Count, Prio3Histogram, Prio3Sum, Prio3SumVec } from "@divviup/prio3";
import { type Contender, local } from "../harness.ts";
import { BUCKETS, CHUNK, draws, type Job, type JobId, LENGTH, mustEqual, verifyKey } from "./jobs.ts";

export const DIVVIUP = "@divviup/prio3 0.8.0";

/** What this file uses of the package's class, whose measurement types differ by circuit. */
type Divviup = Pick<Prio3Histogram, "shares" | "randSize" | "aggregate" | "unshard"> & {
  shard(measurement: never, nonce: Buffer, rand: Buffer): ReturnType<Prio3Histogram["shard"]>;
  shardEncoded(measurement: never, nonce: Buffer, rand: Buffer): Promise<unknown>;
  prepareInit: Prio3Histogram["prepareInit"];
  unshardPreparationShares: Prio3Histogram["unshardPreparationShares"];
  prepareNext: Prio3Histogram["prepareNext"];
};

function instance(id: JobId): Divviup {
  const shares = 2;
  switch (id) {
    case "count":
      return new Prio3Count({ shares }) as unknown as Divviup;
    case "sum":
      return new Prio3Sum({ shares, bits: 8 }) as unknown as Divviup;
    case "histogram":
      return new Prio3Histogram({ shares, length: BUCKETS, chunkLength: 10 });
    case "sumvec":
      return new Prio3SumVec({ shares, length: LENGTH, bits: 1, chunkLength: CHUNK }) as unknown as Divviup;
  }
}

type Sharded = Awaited<ReturnType<Prio3Histogram["shard"]>> & { readonly nonce: Buffer };

const key = Buffer.from(verifyKey.subarray(0, 16));

async function verifyReport(prio3: Divviup, { nonce, publicShare, inputShares }: Sharded) {
  const inits = [];
  for (const [id, share] of inputShares.entries())
    inits.push(await prio3.prepareInit(key, id, null, nonce, publicShare, share));
  const message = await prio3.unshardPreparationShares(
    null,
    inits.map(({ preparationShare }) => preparationShare),
  );
  return inits.map(({ preparationState }) => {
    const next = prio3.prepareNext(preparationState, message);
    if (!("outputShare" in next)) throw new Error("Prio3 has one round");
    return next.outputShare;
  });
}

/** Contenders for both jobs, once their results are right. Reports are made here: the wire formats differ. */
export async function divviup(job: Job, reports: number): Promise<{ shard: Contender; verify: Contender }> {
  const prio3 = instance(job.id);
  const nonces = draws(16).map((bytes) => Buffer.from(bytes));
  const rands = draws(prio3.randSize).map((bytes) => Buffer.from(bytes));
  const measurement = (i: number) => (job.id === "count" ? job.measurements[i] === 1 : job.measurements[i]) as never;
  const input = (i: number) => [measurement(i), nonces[i] as Buffer, rands[i] as Buffer] as const;
  const sharded: Sharded[] = [];
  const outputs: bigint[][][] = [];
  for (let i = 0; i < reports; i++) {
    const report = { nonce: nonces[i] as Buffer, ...(await prio3.shard(...input(i))) };
    sharded.push(report);
    outputs.push(await verifyReport(prio3, report));
  }
  const aggregates = [0, 1].map((id) =>
    prio3.aggregate(
      null,
      outputs.map((pair) => pair[id] as bigint[]),
    ),
  );
  const some = { ...job, measurements: job.measurements.slice(0, reports) };
  mustEqual(DIVVIUP, some, prio3.unshard(null, aggregates, reports));
  let at = 0;
  const next = (size: number) => {
    at = (at + 1) % size;
    return at;
  };
  return {
    shard: local(DIVVIUP, () => prio3.shardEncoded(...input(next(job.measurements.length)))),
    verify: local(DIVVIUP, () => verifyReport(prio3, sharded[next(reports)] as Sharded)),
  };
}
