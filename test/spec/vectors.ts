// Runs one file of VDAF test vectors (draft-irtf-cfrg-vdaf, appendix C): all operations in order, every output compared byte
// for byte, and operations marked as failing must fail.
import { fromHex, toHex } from "../../src/base/bytes.ts";
import { isPacelineError } from "../../src/base/errors.ts";
import { field128 } from "../../src/math/field/field128.ts";
import { newPrio3 } from "../../src/protocol/vdaf/new-prio3.ts";
import type { VdafParameters } from "../../src/protocol/vdaf/parameters.ts";
import type { Prio3, VerifyState } from "../../src/protocol/vdaf/prio3.ts";
import { deriveSeed, expandVector } from "../../src/protocol/vdaf/xof.ts";
import { newHigherDegree } from "./higher-degree.ts";

export type VectorOutcome =
  | { status: "passed" }
  | { status: "skipped"; reason: string }
  | { status: "failed"; operation: string; reason: string };

interface Operation {
  operation: "shard" | "verify_init" | "verifier_shares_to_message" | "verify_next" | "aggregate" | "unshard";
  report_index?: number;
  aggregator_id?: number;
  success: boolean;
}

interface Report {
  measurement: unknown;
  nonce: string;
  rand: string;
  public_share: string;
  input_shares: string[];
  verifier_shares: string[][];
  verifier_messages: string[];
  out_shares: string[];
}

interface Prio3Vector {
  ctx: string;
  verify_key: string;
  shares: number;
  length?: number;
  chunk_length?: number;
  max_measurement?: number;
  max_weight?: number;
  max_value?: number;
  proofs?: number;
  degree?: number;
  gadget_calls?: number;
  reports: Report[];
  agg_shares: string[];
  agg_result: unknown;
  operations: Operation[];
}

type AnyPrio3 = Prio3<unknown, bigint | bigint[]>;

class Mismatch extends Error {}

function same(what: string, got: string, wanted: string | undefined): void {
  if (got !== wanted) throw new Mismatch(`${what} is ${got}, the vector says ${wanted}`);
}

function parametersOf(kind: string, v: Prio3Vector): VdafParameters | undefined {
  const length = v.length ?? 0;
  const chunkLength = v.chunk_length ?? 0;
  const maxMeasurement = v.max_measurement ?? 0;
  switch (kind) {
    case "Prio3Count":
      return { type: kind };
    case "Prio3Sum":
      return { type: kind, maxMeasurement };
    case "Prio3SumVec":
      return { type: kind, length, maxMeasurement, chunkLength };
    case "Prio3SumVecWithMultiproof": {
      // The files name neither the field nor the number of proofs: Field64 and 3.
      const type = "Prio3SumVecField64Multiproof";
      return { type, length, maxMeasurement, chunkLength, proofs: v.proofs ?? 3 };
    }
    case "Prio3Histogram":
      return { type: kind, length, chunkLength };
    case "Prio3MultihotCountVec":
      return { type: kind, length, maxWeight: v.max_weight ?? 0, chunkLength };
    case "Prio3L1BoundSum":
      return { type: kind, length, maxValue: v.max_value ?? 0, chunkLength };
    default:
      return undefined;
  }
}

/** Reads numbers, nested or not, from what the vector calls a measurement or a result. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  return typeof value === "bigint" ? Number(value) : value;
}

class Prio3Run {
  readonly #prio3: AnyPrio3;
  readonly #vector: Prio3Vector;
  readonly #ctx: Uint8Array;
  readonly #states = new Map<string, VerifyState>();
  readonly #outputs = new Map<number, Uint8Array[]>();
  readonly #aggregates: Uint8Array[] = [];

  constructor(prio3: AnyPrio3, vector: Prio3Vector) {
    this.#prio3 = prio3;
    this.#vector = vector;
    this.#ctx = fromHex(vector.ctx);
  }

  step(op: Operation): void {
    const report = this.#vector.reports[op.report_index ?? 0] as Report;
    const id = op.aggregator_id ?? 0;
    const key = `${op.report_index}/${id}`;
    if (op.operation === "shard") this.#shard(report);
    else if (op.operation === "verify_init") this.#verifyInit(report, id, key);
    else if (op.operation === "verifier_shares_to_message") this.#combine(report);
    else if (op.operation === "verify_next") this.#verifyNext(report, id, key);
    else if (op.operation === "aggregate") this.#aggregate(id);
    else if (op.operation === "unshard") this.#unshard();
    else throw new Mismatch("the operation is not known");
  }

  #shard(report: Report): void {
    const { publicShare, inputShares } = this.#prio3.shard(
      this.#ctx,
      report.measurement,
      fromHex(report.nonce),
      fromHex(report.rand),
    );
    same("the public share", toHex(publicShare), report.public_share);
    same("the number of input shares", `${inputShares.length}`, `${report.input_shares.length}`);
    inputShares.forEach((share, id) => {
      same(`input share ${id}`, toHex(share), report.input_shares[id]);
    });
  }

  #verifyInit(report: Report, id: number, key: string): void {
    const { state, verifierShare } = this.#prio3.verifyInit(
      fromHex(this.#vector.verify_key),
      this.#ctx,
      id,
      fromHex(report.nonce),
      fromHex(report.public_share),
      fromHex(report.input_shares[id] as string),
    );
    this.#states.set(key, state);
    same(`verifier share ${id}`, toHex(verifierShare), report.verifier_shares[0]?.[id]);
  }

  #combine(report: Report): void {
    const shares = (report.verifier_shares[0] as string[]).map(fromHex);
    const message = this.#prio3.verifierSharesToMessage(this.#ctx, shares);
    same("the verifier message", toHex(message), report.verifier_messages[0]);
  }

  #verifyNext(report: Report, id: number, key: string): void {
    const state = this.#prio3.decodeState(this.#prio3.encodeState(this.#states.get(key) as VerifyState));
    const output = this.#prio3.verifyNext(state, fromHex(report.verifier_messages[0] as string));
    this.#outputs.set(id, [...(this.#outputs.get(id) ?? []), output]);
    same(`output share ${id}`, toHex(output), report.out_shares[id]);
  }

  #aggregate(id: number): void {
    const aggregate = this.#prio3.newAggregate();
    for (const output of this.#outputs.get(id) ?? []) this.#prio3.accumulate(aggregate, output);
    this.#aggregates[id] = this.#prio3.encodeAggregate(aggregate);
    same(`aggregate share ${id}`, toHex(this.#aggregates[id]), this.#vector.agg_shares[id]);
  }

  #unshard(): void {
    const got = plain(this.#prio3.unshard(this.#aggregates, this.#vector.reports.length));
    const wanted = this.#vector.agg_result;
    const shaped = Array.isArray(got) && !Array.isArray(wanted) ? got[0] : got;
    same("the aggregate result", JSON.stringify(shaped), JSON.stringify(wanted));
  }
}

function prio3Of(kind: string, vector: Prio3Vector): AnyPrio3 | undefined {
  if (kind === "Prio3HigherDegree") {
    const prio3 = newHigherDegree(vector.degree ?? 3, vector.gadget_calls ?? 1, vector.shares);
    for (const report of vector.reports) report.measurement = [report.measurement].flat();
    return prio3 as unknown as AnyPrio3;
  }
  const parameters = parametersOf(kind, vector);
  return parameters && (newPrio3(parameters, { shares: vector.shares }) as unknown as AnyPrio3);
}

function runPrio3(kind: string, vector: Prio3Vector): VectorOutcome {
  const prio3 = prio3Of(kind, vector);
  if (!prio3) return { status: "skipped", reason: `${kind} is not a Prio3 type known here` };
  const run = new Prio3Run(prio3, vector);
  for (const [index, op] of vector.operations.entries()) {
    const operation = `${index}: ${op.operation}`;
    let refusal: unknown;
    try {
      run.step(op);
    } catch (error) {
      // Only a refusal counts as a failure the vector may ask for: any other error is ours.
      if (!isPacelineError(error) || op.success)
        return { status: "failed", operation, reason: error instanceof Error ? error.message : String(error) };
      refusal = error;
    }
    if (!op.success && !refusal) return { status: "failed", operation, reason: "it should have been refused" };
  }
  return { status: "passed" };
}

interface XofVector {
  seed: string;
  dst: string;
  binder: string;
  length: number;
  derived_seed: string;
  expanded_vec_field128: string;
}

function runXof(v: XofVector): VectorOutcome {
  const input = [fromHex(v.seed), fromHex(v.dst), fromHex(v.binder)] as const;
  try {
    same("the derived seed", toHex(deriveSeed(...input)), v.derived_seed);
    same("the vector", toHex(expandVector(field128, v.length, ...input).encoded), v.expanded_vec_field128);
  } catch (error) {
    return { status: "failed", operation: "expand", reason: (error as Error).message };
  }
  return { status: "passed" };
}

/**
 * @param name file name, which says what kind of vectors it holds
 * @param json its parsed content
 */
export function runVectorFile(name: string, json: unknown): VectorOutcome {
  const kind = name
    .replace(/^.*\//, "")
    .replace(/\.json$/, "")
    .replace(/_.*$/, "");
  if (kind === "XofTurboShake128") return runXof(json as XofVector);
  if (kind.startsWith("Xof"))
    return { status: "skipped", reason: `${kind} serves IDPF only, which is not implemented` };
  if (!kind.startsWith("Prio3")) return { status: "skipped", reason: `${kind} is not implemented` };
  try {
    return runPrio3(kind, structuredClone(json) as Prio3Vector);
  } catch (error) {
    return { status: "failed", operation: "setup", reason: error instanceof Error ? error.message : String(error) };
  }
}
