// What this coordinator asks at all: its own terms, and whether anybody can answer. Asked before anything is reserved.
import { closest } from "../base/closest.ts";
import { fail } from "../base/errors.ts";
import type { ReleaseRows } from "../release/store.ts";
import type { Manifest } from "../task/manifest.ts";
import { unlistedValue } from "../task/metrics/reads.ts";
import { untimely } from "../task/prove.ts";
import type { CoordinatorTerms } from "./terms.ts";

/** @throws PacelineError policy_refused, invalid_query */
export function checkTerms(manifest: Manifest, bytes: Uint8Array, terms: CoordinatorTerms, nowSeconds: number): void {
  const refuse = (why: string, hint?: string) => fail("policy_refused", why, hint === undefined ? {} : { hint });
  const { minBatch, rho, window } = manifest;
  if (minBatch < terms.minBatchFloor)
    refuse(
      `a cohort of ${minBatch} is below this coordinator's floor of ${terms.minBatchFloor}`,
      "Ask about more members, with wider groups or a longer window.",
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
  checkValues(manifest, terms);
}

/** A group, condition or category that no device can have would be asked about, and paid for, for nothing. */
function checkValues(manifest: Manifest, { registry }: CoordinatorTerms): void {
  const unlisted = unlistedValue(manifest, registry?.lists);
  if (unlisted === undefined) return;
  const { attribute, value, known } = unlisted;
  if (known === undefined)
    fail("invalid_query", `the values of ${attribute} are not known here`, {
      hint: "The coordinator's operator lists them in its registry file, as an attribute with values.",
    });
  const near = closest(value, known);
  fail(
    "invalid_query",
    `no device can be in the ${attribute} "${value}"${near === undefined ? "" : `; did you mean ${near}?`}`,
    { hint: `Known values: ${known.join(", ")}.` },
  );
}

/** @throws PacelineError policy_refused */
export async function checkOpen(rows: ReleaseRows, terms: CoordinatorTerms, nowSeconds: number): Promise<void> {
  const open = (await rows.openTasks(nowSeconds)).length;
  if (open >= terms.openTasksMax)
    fail("policy_refused", `${open} tasks take reports now, as many as this coordinator publishes at one time`, {
      hint: "Collect one of them, or wait until one ends.",
    });
}
