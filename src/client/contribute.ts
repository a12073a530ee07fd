// The device's answer to one manifest it accepts: its value or its update, or nothing, in one report.
import { invariant } from "../base/errors.ts";
import { encodeStatistics, nullStatistics } from "../contribution/statistics.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import { describeProduct } from "../task/describe.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { Contribution } from "../task/stages.ts";
import { whyNull } from "./null-reasons.ts";
import type { Platform, Settings } from "./options.ts";
import type { ReportJob } from "./report-job.ts";

/** What reports are computed with. */
export type Computing = Pick<Settings, "engine" | "kernels" | "training"> & {
  readonly platform: Pick<Platform, "crypto" | "entropy" | "wasm">;
};

/** @throws PacelineError internal where nothing trains: no such task is answered there */
export async function trainingOf({ training }: Pick<Settings, "training">) {
  const loaded = await training?.();
  invariant(loaded !== undefined, "what trains has training");
  return loaded;
}

/** A contribution, and why it is the null one, in words for the member. */
export interface Answer {
  readonly contribution: Contribution;
  readonly nullBecause: string | null;
}

export async function answerOf(
  device: Computing,
  manifest: Manifest,
  { days, profile, model }: Pick<ReportJob, "days" | "profile" | "model">,
): Promise<Answer> {
  if (days === undefined)
    return await nullAnswer(device, manifest, "the app had loaded no days when the question's time ended");
  const contribution =
    manifest.source.kind === "model-update"
      ? (await trainingOf(device)).trainingStep(device, manifest, days, model)
      : contributionOf(manifest, days, profile);
  invariant(contribution !== undefined, "a training has its model");
  // Found out whether or not it is needed: an empty report takes no longer than another.
  const because = whyNull(manifest, { days, profile });
  return { contribution, nullBecause: contribution.isNull ? because : null };
}

/** The contribution of this member; null where the member's days do not say enough. */
function contributionOf(manifest: Manifest, days: readonly MemberDay[], profile: Profile): Contribution {
  const { source, encoder, window } = manifest;
  invariant(source.kind === "statistics" && encoder.kind === "product", "statistics have a product");
  return encodeStatistics({ days, profile }, source, encoder, window, registryOf(manifest));
}

export async function nullAnswer(device: Computing, manifest: Manifest, nullBecause: string): Promise<Answer> {
  const { encoder } = manifest;
  const contribution =
    encoder.kind === "product" ? nullStatistics(encoder) : (await trainingOf(device)).nullUpdate(encoder);
  return { contribution, nullBecause };
}

/** What a report holds, in the member's words. */
export function describe(manifest: Manifest, contribution: Contribution): string {
  const { source, encoder } = manifest;
  if (contribution.isNull) return "an empty report: nothing about you";
  return source.kind === "statistics" && encoder.kind === "product"
    ? describeProduct(source, encoder, registryOf(manifest))
    : "a bounded change to a shared model, computed from your own weeks";
}
