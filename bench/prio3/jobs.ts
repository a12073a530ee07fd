// The jobs that all sides do: the same circuits, the same measurements, two aggregators, the same chunks (the crate's are
// written in its own source).
import { randomBytes } from "node:crypto";
import { fromHex, toHex } from "../../src/base/bytes.ts";
import { type Engine, typescriptEngine } from "../../src/math/engine.ts";
import { engineFor } from "../../src/math/wasm/engine.ts";
import { nodeWasm } from "../../src/platform/node/index.ts";
import { newPrio3 } from "../../src/protocol/vdaf/new-prio3.ts";

export type JobId = "count" | "sum" | "histogram" | "sumvec";

type Own = ReturnType<typeof newPrio3>;

export interface Job {
  readonly id: JobId;
  /** As rows call it. */
  readonly title: string;
  readonly own: Own;
  readonly measurements: readonly unknown[];
}

export const context = new Uint8Array(38).fill(7);
export const verifyKey = new Uint8Array(32).fill(9);

/** Inputs differ from one iteration to the next, so that nothing learns them. */
const VARIETY = 32;
export const BUCKETS = 100;
export const LENGTH = 1000;
/** Of the vector: the shortest proof, by far (32 takes half as much again). */
export const CHUNK = 33;

const indexes = Array.from({ length: VARIETY }, (_, i) => i);

/** What the services compute with, and the plain TypeScript that stands in where there is no WebAssembly. */
export const engines = { services: () => engineFor(nodeWasm), twin: typescriptEngine } as const;

/** Each instance with an engine of its own. */
export function jobs(engine: () => Engine): Job[] {
  return [
    {
      id: "count",
      title: "Count",
      own: newPrio3({ type: "Prio3Count" }, { engine: engine() }),
      measurements: indexes.map((i) => i % 2),
    },
    {
      id: "sum",
      title: "Sum max 255",
      own: newPrio3({ type: "Prio3Sum", maxMeasurement: 255 }, { engine: engine() }),
      measurements: indexes.map((i) => (37 * i) % 256),
    },
    {
      id: "histogram",
      title: "Histogram 100",
      own: newPrio3({ type: "Prio3Histogram", length: BUCKETS, chunkLength: 10 }, { engine: engine() }),
      measurements: indexes.map((i) => (37 * i) % BUCKETS),
    },
    {
      id: "sumvec",
      title: "SumVec 1000×1 bit",
      own: newPrio3(
        { type: "Prio3SumVec", length: LENGTH, maxMeasurement: 1, chunkLength: CHUNK },
        { engine: engine() },
      ),
      measurements: indexes.map((i) => Array.from({ length: LENGTH }, (_, j) => ((i * i + 7 * j * i + j) % 3) & 1)),
    },
  ];
}

/** A report as bytes; the hexadecimal form is what goes to the native peer. */
export interface Report {
  readonly nonce: Uint8Array;
  readonly publicShare: Uint8Array;
  readonly inputShares: readonly Uint8Array[];
}

export interface ReportHex {
  readonly nonce: string;
  readonly public_share: string;
  readonly input_shares: readonly string[];
}

export function reportHex({ nonce, publicShare, inputShares }: Report): ReportHex {
  return { nonce: toHex(nonce), public_share: toHex(publicShare), input_shares: inputShares.map(toHex) };
}

export function reportOfHex({ nonce, public_share, input_shares }: ReportHex): Report {
  return { nonce: fromHex(nonce), publicShare: fromHex(public_share), inputShares: input_shares.map(fromHex) };
}

/** What the measurements of a job must add up to, as plain integers in a list. */
export function expected({ id, measurements }: Job): number[] {
  if (id === "histogram")
    return Array.from({ length: BUCKETS }, (_, bucket) => measurements.filter((m) => m === bucket).length);
  if (id === "sumvec")
    return Array.from({ length: LENGTH }, (_, j) =>
      (measurements as number[][]).reduce((sum, vector) => sum + (vector[j] ?? 0), 0),
    );
  return [(measurements as number[]).reduce((sum, value) => sum + value, 0)];
}

/** @throws Error when a side's aggregate is not the plain sum: its figures would mean nothing */
export function mustEqual(side: string, job: Job, aggregate: unknown): void {
  const list = (Array.isArray(aggregate) ? aggregate : [aggregate]).map(Number);
  const right = expected(job);
  if (list.length !== right.length || list.some((value, i) => value !== right[i]))
    throw new Error(`${side}: the aggregate of ${job.title} is wrong`);
}

/** Random bytes for each of the inputs, drawn beforehand. */
export function draws(bytes: number): Uint8Array[] {
  return indexes.map(() => new Uint8Array(randomBytes(bytes)));
}
