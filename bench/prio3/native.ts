// The native peer: the Rust crate `prio` in bench/peers/prio-rs, built on first use where cargo is present. Both sides check
// each other's reports before anything is timed.
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { toHex } from "../../src/base/bytes.ts";
import type { Contender } from "../harness.ts";
import { type LineProcess, startLineProcess } from "../line-process.ts";
import {
  context,
  type Job,
  mustEqual,
  type Report,
  type ReportHex,
  reportHex,
  reportOfHex,
  verifyKey,
} from "./jobs.ts";
import { checkReports } from "./own.ts";

const folder = fileURLToPath(new URL("../peers/prio-rs/", import.meta.url));

export interface Native {
  readonly name: string;
  /** Loads a job and checks both directions. */
  contenders(job: Job, reports: readonly Report[]): Promise<{ shard: Contender; verify: Contender }>;
  close(): void;
}

/** @returns undefined, and a sentence on stderr, where the peer cannot be built */
export async function startNative(): Promise<Native | undefined> {
  const build = spawnSync("cargo", ["build", "--release", "--locked", "--quiet", "--target-dir", "target"], {
    cwd: folder,
    encoding: "utf8",
  });
  if (build.status !== 0) {
    const reason = build.error === undefined ? (build.stderr.trim().split("\n").at(-1) ?? "") : "no cargo here";
    process.stderr.write(`bench: the native peer is absent: ${reason}\n`);
    return undefined;
  }
  const peer = await startLineProcess(`${folder}target/release/paceline-bench-prio-rs`, []);
  const { name } = (await peer.ask({ op: "hello" })) as { name: string };
  return { name, contenders: (job, reports) => contenders(name, peer, job, reports), close: () => peer.close() };
}

async function contenders(name: string, peer: LineProcess, job: Job, reports: readonly Report[]) {
  const { result } = (await peer.ask({
    op: "load",
    job: job.id,
    context: toHex(context),
    verify_key: toHex(verifyKey),
    measurements: job.id === "count" ? job.measurements.map(Boolean) : job.measurements,
    reports: reports.map(reportHex),
  })) as { result: unknown };
  mustEqual(`${name}, reports of ours`, job, result);
  const sample = (await peer.ask({ op: "sample", job: job.id })) as { reports: ReportHex[] };
  checkReports(`reports of ${name}`, job, sample.reports.map(reportOfHex));
  const timed = (op: "shard" | "verify"): Contender => ({
    name,
    waited: () => peer.waited(),
    async seconds(iterations) {
      const answer = (await peer.ask({ op, job: job.id, iterations })) as { seconds: number };
      return answer.seconds;
    },
  });
  return { shard: timed("shard"), verify: timed("verify") };
}
