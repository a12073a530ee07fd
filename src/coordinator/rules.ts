// What this coordinator asks at all: its own terms, and whether anybody can answer. Asked before anything is reserved.
import { fail } from "../base/errors.ts";
import type { ReleaseRows } from "../release/store.ts";
import type { Manifest } from "../task/manifest.ts";
import { untimely } from "../task/prove.ts";
import type { CoordinatorTerms } from "./terms.ts";

/** @throws PacelineError policy_refused, invalid_query */
export function checkTerms(
  manifest: Pick<Manifest, "minBatch" | "rho" | "window">,
  bytes: Uint8Array,
  terms: CoordinatorTerms,
  nowSeconds: number,
): void {
  const refuse = (why: string, hint?: string) => fail("policy_refused", why, hint === undefined ? {} : { hint });
  const { minBatch, rho, window } = manifest;
  if (minBatch < terms.minBatchFloor)
    refuse(
      `a cohort of ${minBatch} is below this coordinator's floor of ${terms.minBatchFloor}`,
      "Ask about more members, with wider groups or a longer window; a training says how many as cohort.least.",
    );
  if (BigInt(rho) < terms.rhoMin)
    refuse(
      `a task costs at least ${terms.rhoMin} nano-rho here, this one costs ${rho}`,
      "Ask with a larger ε: every phone spends time on a task, whatever it costs.",
    );
  if (bytes.length > terms.manifestBytesMax)
    refuse(
      `the task's manifest has ${bytes.length} bytes, at most ${terms.manifestBytesMax} are published: every phone reads it`,
      "Ask for fewer groups or ranges.",
    );
  const fault = untimely(window, nowSeconds, terms);
  if (fault !== undefined) fail("invalid_query", fault, { hint: "Ask about a window of finished days." });
}

/** Open tasks, masked rounds, and what any process has reserved, together. @throws PacelineError policy_refused */
export async function checkOpen(
  rows: ReleaseRows,
  { openTasksMax }: Pick<CoordinatorTerms, "openTasksMax">,
  nowSeconds: number,
): Promise<void> {
  const counted = [await rows.openTasks(nowSeconds), await rows.maskedRunning(), await rows.reservedQueries()];
  const open = counted.flat().length;
  if (open >= openTasksMax)
    fail("policy_refused", `${open} tasks and masked rounds are open, as many as this coordinator publishes`, {
      hint: "Collect one of them, or wait until one ends.",
    });
}
