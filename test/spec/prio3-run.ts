// One file of Prio3 vectors: all operations in order, every output compared byte for byte, refusals where they are asked for.
import { isPacelineError } from "../../src/base/errors.ts";
import type { VerifyState } from "../../src/protocol/vdaf/messages.ts";
import { Mismatch, sameBytes } from "./mismatch.ts";
import type { AnyPrio3 } from "./prio3-of.ts";
import type { Operation, Prio3File, Report } from "./schema.ts";

export interface Failure {
  readonly operation: string;
  readonly reason: string;
}

/** Only these say "this report or batch is bad"; any other error is a fault of the runner or of the library. */
const refusals: readonly string[] = ["invalid_message", "invalid_measurement", "verification_failed"];

export function runPrio3(prio3: AnyPrio3, vector: Prio3File): Failure | undefined {
  const run = new Run(prio3, vector);
  for (const [index, op] of vector.operations.entries()) {
    const operation = `${index}: ${op.operation}`;
    try {
      run.step(op);
    } catch (error) {
      if (!op.success && isPacelineError(error) && refusals.includes(error.code)) continue;
      return { operation, reason: error instanceof Error ? error.message : String(error) };
    }
    if (!op.success) return { operation, reason: "it should have been refused" };
  }
  return undefined;
}

class Run {
  readonly #prio3: AnyPrio3;
  readonly #vector: Prio3File;
  readonly #states = new Map<string, VerifyState>();
  /** Output shares by aggregator. */
  readonly #outputs = new Map<number, Uint8Array[]>();
  readonly #aggregates: Uint8Array[] = [];

  constructor(prio3: AnyPrio3, vector: Prio3File) {
    this.#prio3 = prio3;
    this.#vector = vector;
  }

  step(op: Operation): void {
    if ("aggregator_id" in op && op.aggregator_id >= this.#vector.shares)
      throw new Mismatch(`there is no aggregator ${op.aggregator_id}`);
    if (op.operation === "unshard") this.#unshard();
    else if (op.operation === "aggregate") this.#aggregate(op.aggregator_id);
    else this.#stepOfReport(op);
  }

  #stepOfReport(op: Extract<Operation, { report_index: number }>): void {
    const report = this.#vector.reports[op.report_index];
    if (report === undefined) throw new Mismatch(`there is no report ${op.report_index}`);
    if (op.operation === "shard") this.#shard(report);
    else if (op.operation === "verifier_shares_to_message") this.#combine(report);
    else if (op.operation === "verify_init") this.#verifyInit(report, op.report_index, op.aggregator_id);
    else this.#verifyNext(report, op.report_index, op.aggregator_id);
  }

  #shard(report: Report): void {
    const made = this.#prio3.shard(this.#vector.ctx, report.measurement, report.nonce, report.rand);
    sameBytes("the public share", made.publicShare, report.public_share);
    if (made.inputShares.length !== report.input_shares.length)
      throw new Mismatch(`${made.inputShares.length} input shares, the vector has ${report.input_shares.length}`);
    made.inputShares.forEach((share, id) => {
      sameBytes(`input share ${id}`, share, report.input_shares[id]);
    });
  }

  #verifyInit(report: Report, index: number, id: number): void {
    const share = report.input_shares[id];
    if (share === undefined) throw new Mismatch(`the vector does not hold input share ${id}`);
    const { verify_key, ctx } = this.#vector;
    const started = this.#prio3.verifyInit(verify_key, ctx, id, report.nonce, report.public_share, share);
    this.#states.set(`${index}/${id}`, started.state);
    sameBytes(`verifier share ${id}`, started.verifierShare, report.verifier_shares[0]?.[id]);
  }

  #combine(report: Report): void {
    const message = this.#prio3.verifierSharesToMessage(this.#vector.ctx, report.verifier_shares[0] ?? []);
    sameBytes("the verifier message", message, report.verifier_messages[0]);
  }

  #verifyNext(report: Report, index: number, id: number): void {
    const state = this.#states.get(`${index}/${id}`);
    const [message] = report.verifier_messages;
    if (state === undefined) throw new Mismatch(`aggregator ${id} has not begun with report ${index}`);
    if (message === undefined) throw new Mismatch("the vector does not hold the verifier message");
    const stored = this.#prio3.decodeState(this.#prio3.encodeState(state));
    const output = this.#prio3.verifyNext(stored, message);
    this.#outputs.set(id, [...(this.#outputs.get(id) ?? []), output]);
    sameBytes(`output share ${id}`, output, report.out_shares[id]);
  }

  #aggregate(id: number): void {
    const aggregate = this.#prio3.newAggregate();
    for (const output of this.#outputs.get(id) ?? []) this.#prio3.accumulate(aggregate, output);
    const encoded = this.#prio3.encodeAggregate(aggregate);
    this.#aggregates[id] = encoded;
    sameBytes(`aggregate share ${id}`, encoded, this.#vector.agg_shares[id]);
  }

  #unshard(): void {
    const { agg_result: wanted, reports } = this.#vector;
    const got = this.#prio3.unshard(this.#aggregates, reports.length);
    if (`${got}` !== `${wanted}` || Array.isArray(got) !== Array.isArray(wanted))
      throw new Mismatch(`the aggregate result is ${got}, in the vector it is ${wanted}`);
  }
}
