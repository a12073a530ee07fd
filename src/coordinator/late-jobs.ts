// A job that comes to the helper when it verifies no more: parked for days, or of a leader that was away for as long.
import { expireJob, type Job } from "../aggregate/jobs.ts";
import { SKEW_SECONDS, VERIFY_SECONDS } from "../aggregate/latest.ts";
import type { SettledReport } from "../aggregate/store.ts";
import { toBase64Url } from "../base/bytes.ts";
import { isPacelineError } from "../base/errors.ts";
import type { CoordinatorParts } from "./parts.ts";

/**
 * What the helper has answered once it answers again, whenever it is asked: who hears that the task is over knows that it counted none of
 * these reports. They are settled, and the rest of the batch can be collected. While by this service's own clock the helper would still
 * verify, one of the two clocks is wrong, perhaps for a moment only, and the job stays.
 * @returns what became of its reports @throws error where that does not end the job
 */
export async function refusedJob(
  { store, clock, log }: Pick<CoordinatorParts, "store" | "clock" | "log">,
  job: Job,
  error: unknown,
): Promise<readonly SettledReport[]> {
  if (!isPacelineError(error) || error.code !== "task_expired") throw error;
  const closes = await store.read((rows) => rows.closesOf(job.task));
  if (closes === undefined || clock.now() < (closes + VERIFY_SECONDS - SKEW_SECONDS) * 1000) throw error;
  const settled = await expireJob(store, job);
  const count = settled.length;
  if (count > 0)
    log?.(
      `${count} reports of ${toBase64Url(job.task)} came too late to the helper, which verifies no more of the task: they do not count`,
      "reports.late",
      { count },
    );
  return settled;
}
