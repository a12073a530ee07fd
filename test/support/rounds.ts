// One question's life against a cluster, in steps that a test can take apart.
import { type AggregateTask, openTask } from "../../src/aggregate/task.ts";
import { fromBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { UploadErrors } from "../../src/protocol/dap/report.ts";
import { newReporter, type Reporter } from "../../src/report/seal.ts";
import type { ProductEncoder } from "../../src/task/encoders/product.ts";
import { encodeProduct } from "../../src/task/encoders/values.ts";
import { decodeManifest, type Manifest } from "../../src/task/manifest.ts";
import type { Contribution } from "../../src/task/stages.ts";
import type { Cluster } from "./cluster.ts";
import { smallQuestion } from "./questions.ts";

export interface Round {
  readonly id: Uint8Array;
  readonly text: string;
  readonly manifest: Manifest;
  readonly bytes: Uint8Array;
  readonly reporter: Reporter;
  /** The honest report of a member whose value this is. */
  report(value: number | undefined): Promise<Uint8Array>;
  /** Sends report bytes. @returns the error the leader names, if any */
  send(report: Uint8Array): Promise<string | undefined>;
  /** Sends honest reports of these values. */
  fill(values: readonly (number | undefined)[]): Promise<void>;
  /** The task as an aggregator knows it. */
  task(role: "leader" | "helper"): Promise<AggregateTask>;
}

/** The contribution of a member of whom one number is asked. */
export function contributionOf({ encoder }: Pick<Manifest, "encoder">, value?: number): Contribution {
  return encodeProduct(encoder as ProductEncoder, [value], {}) as unknown as Contribution;
}

/** Asks a question and stands where devices and aggregators stand. */
export async function newRound(cluster: Cluster, question: object = smallQuestion): Promise<Round> {
  const { task: text } = await cluster.coordinator.ask(question);
  const id = fromBase64Url(text);
  const row = await cluster.coordinatorStore.transaction((rows) => rows.queryOfTask(id));
  if (row === undefined) throw new Error("asked and not there");
  const bytes = row.manifest;
  const manifest = decodeManifest(bytes);
  const reporter = await newReporter({ crypto: nodeCrypto, entropy: nodeEntropy }, { manifest, bytes });
  const report = async (value: number | undefined) => (await reporter.seal(contributionOf(manifest, value))).bytes;
  const send = async (body: Uint8Array) => {
    const [first] = UploadErrors.decode(await cluster.coordinator.upload(id, body));
    return first && String(first.error);
  };
  return {
    id,
    text,
    manifest,
    bytes,
    reporter,
    report,
    send,
    async fill(values) {
      for (const value of values) {
        const error = await send(await report(value));
        if (error !== undefined) throw new Error(`refused: ${error}`);
      }
    },
    async task(role) {
      const store = role === "leader" ? cluster.coordinatorStore : cluster.helperStore;
      const found = await store.transaction((rows) => rows.task(id));
      if (found === undefined) throw new Error(`the ${role} has no such task`);
      return await openTask(nodeCrypto, role, found);
    },
  };
}

/** Counts of both aggregators, which must agree on what was accepted. */
export async function tallies(cluster: Cluster, id: Uint8Array) {
  const leader = await cluster.coordinatorStore.transaction((rows) => rows.tally(id));
  const helper = await cluster.helperStore.transaction((rows) => rows.tally(id));
  return { leader, helper };
}
