// How many reports a job has: as many as a helper reads in one request, and fewer once one has said that it reads less.
import { type Job, splitJob } from "../aggregate/jobs.ts";
import type { AggregateTask } from "../aggregate/task.ts";
import { tokenBytes } from "../aggregate/tokens.ts";
import { toBase64Url, toHex } from "../base/bytes.ts";
import { PeerReadsLess } from "../http/dap-peer.ts";
import { sharedVerification } from "../protocol/vdaf/shared.ts";
import type { CoordinatorParts } from "./parts.ts";

/** A request to the helper stays well below what it reads. */
const JOB_BYTES_MAX = 4 * 1024 * 1024;
/** Uploads of one job are in memory together. */
const UPLOADS_BYTES_MAX = 64 * 1024 * 1024;
/** Metadata, lengths, encapsulated key and tags of one report in a job. */
const JOB_OVERHEAD = 256;

/** As many as configured, as fit into one request, and as are to be in memory together; 1 at least. */
export function reportsAJob({ manifest }: Pick<AggregateTask, "manifest">, most: number): number {
  const { sizes } = sharedVerification(manifest.vdaf);
  const common = JOB_OVERHEAD + tokenBytes(manifest.tokens) + sizes.publicShare + sizes.helperInputShare;
  const sent = Math.floor(JOB_BYTES_MAX / (common + sizes.verifierShare));
  const held = Math.floor(UPLOADS_BYTES_MAX / (common + sizes.leaderInputShare));
  return Math.max(1, Math.min(most, sent, held));
}

/** What one process knows of how much its helper reads. */
export interface JobSizes {
  most(task: AggregateTask): number;
  /** How many jobs were split up to now. */
  splits(): number;
  /**
   * Makes two jobs of one that is more than the helper reads, and keeps new ones of its task to half its reports.
   * @returns false where that is not what is wrong, or the job has one report: nothing is done then
   */
  split(job: Job, error: unknown): Promise<boolean>;
}

export function newJobSizes({
  store,
  crypto,
  log,
  terms,
}: Pick<CoordinatorParts, "store" | "crypto" | "log" | "terms">): JobSizes {
  const learned = new Map<string, number>();
  let splits = 0;
  return {
    most: (task) => reportsAJob(task, learned.get(toHex(task.dap.id)) ?? terms.jobReports),
    splits: () => splits,
    async split(job, error) {
      const count = job.reports.length;
      if (count < 2 || !(error instanceof PeerReadsLess)) return false;
      const done = await splitJob(crypto, store, job);
      const key = toHex(job.task);
      learned.set(key, Math.min(learned.get(key) ?? count, Math.floor(count / 2)));
      splits += 1;
      if (done)
        log?.(`the helper reads no job of ${count} reports of ${toBase64Url(job.task)}: it is split`, "jobs.split", {
          count,
        });
      return true;
    },
  };
}
