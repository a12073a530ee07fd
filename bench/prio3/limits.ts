// How far Prio3 is from what its kernels allow: the work of each job, counted, times the speed of the kernels alone, measured.
import { engineFor } from "../../src/math/wasm/engine.ts";
import { WasmMemory } from "../../src/math/wasm/memory.ts";
import { nodeWasm } from "../../src/platform/node/index.ts";
import { type Bench, type Contender, local, measure, median, type Row } from "../harness.ts";
import { countingEngine, noWork, type Work } from "./count.ts";
import { engines, type Job, jobs } from "./jobs.ts";
import { ownShard, ownVerify, shardAll } from "./own.ts";

/** Multiplications in one call of a kernel: enough that the call itself costs nothing. */
const VECTOR = 1024;
/** Blocks of a stream that is sampled while another sponge absorbs it: two permutations a block. */
const BLOCKS = 100;
/** The speed of a busy machine changes by the second: short turns, compared side by side. */
const TURNS = { rounds: 11, turn: 0.04, warmUp: 0.15 };

/** The kernels alone, on the engine of the services, `VECTOR` multiplications a call. */
function kernels() {
  const engine = engineFor(nodeWasm);
  const memory = WasmMemory.of(nodeWasm);
  if (memory === undefined) throw new Error("there is no WebAssembly here");
  const inField = (name: "field64" | "field128") => {
    const field = engine[name];
    const [a, b, out] = [field.newVector(VECTOR), field.newVector(VECTOR), field.newVector(VECTOR)] as const;
    field.sample(engine.sponge.reset(1), a, 0, VECTOR);
    field.sample(engine.sponge.reset(2), b, 0, VECTOR);
    const multiply = local("multiplication", () => field.mul(VECTOR, out, 0, 1, a, 0, 1, b, 0, 1));
    const sum = local("sum of products, each", () => field.dot(VECTOR, out, 0, a, 0, 1, b, 0, 1));
    return [multiply, sum] as const;
  };
  const { field128, sponge, other } = engine;
  const stream = field128.newVector((BLOCKS * 168) / field128.encodedSize);
  return {
    permutations: [
      local("Keccak-p[1600,12] permutation", () => memory.kernels.permute(0)),
      local("the same for two states at once, each", () =>
        field128.sampleAndAbsorb(sponge.reset(1), other.reset(1), stream, 0, field128.lengthOf(stream)),
      ),
    ],
    Field64: inField("field64"),
    Field128: inField("field128"),
  };
}

type Kernels = ReturnType<typeof kernels>;

async function rows(): Promise<Row[]> {
  const alone = kernels();
  const work = noWork();
  const counted = jobs(() => countingEngine(work));
  const results = await kernelRows(alone);
  for (const [index, job] of jobs(engines.services).entries())
    for (const kind of ["shard", "verify, both parties,"] as const) {
      const one = workOf(kind, counted[index] as Job, work);
      results.push(...(await jobRows(`${kind} ${job.title}`, job, contenderOf(kind, job), one, alone)));
    }
  return results;
}

async function kernelRows({ permutations, ...fields }: Kernels): Promise<Row[]> {
  const timings = await measure([...permutations, ...fields.Field64, ...fields.Field128], TURNS);
  const names = ["", "", "Field64 ", "Field64 ", "Field128 ", "Field128 "];
  const perCall = [1, 2 * BLOCKS, VECTOR, VECTOR, VECTOR, VECTOR];
  return timings.map(({ name, seconds }, index) => ({
    name: `${names[index]}${name}`,
    value: (seconds * 1e9) / (perCall[index] as number),
    unit: "ns",
    status: "measured",
  }));
}

/** Of one permutation and two at once, of multiplying and summing products, the faster one sets the limit. */
async function jobRows(title: string, job: Job, contender: Contender, work: Work, alone: Kernels): Promise<Row[]> {
  const timings = await measure([contender, ...alone.permutations, ...alone[job.own.field.name]], TURNS);
  const [measured, single, pair, multiply, sum] = timings.map(({ rounds }) => rounds) as [
    readonly number[],
    readonly number[],
    readonly number[],
    readonly number[],
    readonly number[],
  ];
  const limits = measured.map((_, round) => {
    const permutation = Math.min(single[round] as number, (pair[round] as number) / (2 * BLOCKS));
    const multiplication = Math.min(multiply[round] as number, sum[round] as number) / VECTOR;
    return work.permutations * permutation + work.multiplications * multiplication;
  });
  const row = (what: string, value: number, unit: string): Row => ({
    name: `${title}: ${what}`,
    value,
    unit,
    status: "measured",
  });
  return [
    row("sponge bytes", work.bytes, "a report"),
    row("permutations", work.permutations, "a report"),
    row("multiplications", work.multiplications, "a report"),
    row("limit", median(limits) * 1e6, "µs"),
    row("measured", median(measured) * 1e6, "µs"),
    row("limit / measured", median(limits.map((limit, round) => limit / (measured[round] as number))), ""),
  ];
}

function contenderOf(kind: string, job: Job): Contender {
  return kind === "shard" ? ownShard(job) : ownVerify(job, shardAll(job));
}

/** The average over all inputs of a job. */
function workOf(kind: string, job: Job, work: Work): Work {
  const contender = contenderOf(kind, job);
  Object.assign(work, noWork());
  const inputs = job.measurements.length;
  // A local contender without promises has run when this returns.
  void contender.seconds(inputs);
  return {
    bytes: work.bytes / inputs,
    permutations: work.permutations / inputs,
    multiplications: work.multiplications / inputs,
  };
}

/** No floors: shares of a limit are for reading. */
export const limitsBench: Bench = { rows, floors: {} };
