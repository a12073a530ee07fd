// The independent party of bench/peers/dap-rs, built on first use where cargo is.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { type LineProcess, startLineProcess } from "../../bench/line-process.ts";
import { toHex } from "../../src/base/bytes.ts";
import type { KeyPair } from "../../src/ports/crypto.ts";
import type { VdafParameters } from "../../src/protocol/vdaf/parameters.ts";
import type { AgreedTask } from "./dap-parties.ts";

const folder = fileURLToPath(new URL("../../bench/peers/dap-rs/", import.meta.url));

/** @returns undefined, and a sentence on stderr, where it cannot be built */
export async function startDapRs(): Promise<LineProcess | undefined> {
  const build = spawnSync("cargo", ["build", "--release", "--locked", "--quiet", "--target-dir", "target"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (build.status === 0) return await startLineProcess(`${folder}target/release/paceline-dap-rs`, []);
  const reason = build.error === undefined ? (build.stderr.trim().split("\n").at(-1) ?? "") : "no cargo here";
  process.stderr.write(`the independent DAP party is absent: ${reason}\n`);
  return undefined;
}

function vdafOf(vdaf: VdafParameters): object {
  switch (vdaf.type) {
    case "Prio3Count":
      return { type: "Count" };
    case "Prio3Sum":
      return { type: "Sum", max: Number(vdaf.maxMeasurement) };
    case "Prio3SumVec":
      return { type: "SumVec", length: vdaf.length, max: Number(vdaf.maxMeasurement), chunk: vdaf.chunkLength };
    case "Prio3Histogram":
      return { type: "Histogram", length: vdaf.length, chunk: vdaf.chunkLength };
    case "Prio3MultihotCountVec":
      return { type: "Multihot", length: vdaf.length, chunk: vdaf.chunkLength, max_weight: vdaf.maxWeight };
    case "Prio3L1BoundSum":
      return { type: "L1BoundSum", length: vdaf.length, max: vdaf.maxValue, chunk: vdaf.chunkLength };
    case "AdditiveSum":
      throw new Error("no other implementation has additive shares");
    case "Prio3SumVecField64Multiproof":
      return {
        type: "Multiproof",
        length: vdaf.length,
        max: Number(vdaf.maxMeasurement),
        chunk: vdaf.chunkLength,
        proofs: vdaf.proofs,
      };
  }
}

/** A task as that party is told of it: its fields, and none of our bytes. */
export function toldTask({ id, wire, configuration }: AgreedTask): object {
  const { taskInfo, leaderUrl, helperUrl, timePrecision, minBatchSize, batchMode, vdaf } = configuration;
  return {
    id: toHex(id),
    tag: wire.version.tag,
    task_info: toHex(taskInfo),
    leader: leaderUrl,
    helper: helperUrl,
    time_precision: Number(timePrecision),
    min_batch_size: Number(minBatchSize),
    batch_mode: batchMode === "time-interval" ? 1 : 2,
    vdaf: vdafOf(vdaf),
  };
}

export const toldKey = ({ id, pair }: { readonly id: number; readonly pair: KeyPair }): object => ({
  id,
  secret: toHex(pair.secret),
});
