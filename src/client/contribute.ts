// The device's answer to one manifest it accepts: its value or its update, or nothing, in one report.
import { invariant } from "../base/errors.ts";
import { encodeHistogram, nullHistogram } from "../contribution/encode.ts";
import { encodeStatistics, nullStatistics } from "../contribution/statistics.ts";
import { encodeVector } from "../contribution/vector.ts";
import { reduceWindow } from "../contribution/window.ts";
import type { MemberDay, Profile } from "../records/types.ts";
import { describeProduct, words } from "../task/describe.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { Contribution } from "../task/stages.ts";
import { checkedProfile } from "./member-data.ts";
import { whyNull } from "./null-reasons.ts";
import type { Settings } from "./options.ts";

/** A contribution, and why it is the null one, in words for the member. */
export interface Answer {
  readonly contribution: Contribution;
  readonly nullBecause: string | null;
}

/** @param days undefined while none are loaded */
export async function answerOf(
  settings: Settings,
  manifest: Manifest,
  days: readonly MemberDay[] | undefined,
): Promise<Answer> {
  if (days === undefined) return nullAnswer(manifest, "the app had loaded no days when the question's time ended");
  const profile = manifest.source.kind === "model-update" ? {} : await checkedProfile(settings);
  const contribution =
    manifest.source.kind === "model-update"
      ? (await import("./training.ts")).trainingStep(settings, manifest, days)
      : contributionOf(manifest, days, profile);
  invariant(contribution !== undefined, "a training plan trains");
  return { contribution, nullBecause: contribution.isNull ? whyNull(manifest, { days, profile }) : null };
}

/** The contribution of this member; null where the member's days do not say enough. */
function contributionOf(manifest: Manifest, days: readonly MemberDay[], profile: Profile): Contribution {
  const { source, encoder, window } = manifest;
  if (source.kind === "statistics" && encoder.kind === "product")
    return encodeStatistics({ days, profile }, source, encoder, window, registryOf(manifest));
  invariant(source.kind === "statistic" && encoder.kind === "histogram", "a statistic is encoded as a histogram");
  return encodeHistogram(encoder, reduceWindow(days, source, window, registryOf(manifest)), profile);
}

export function nullAnswer({ encoder }: Manifest, nullBecause: string): Answer {
  if (encoder.kind === "product") return { contribution: nullStatistics(encoder), nullBecause };
  const contribution = encoder.kind === "histogram" ? nullHistogram(encoder) : encodeVector(encoder, undefined);
  return { contribution, nullBecause };
}

/** What a report holds, in the member's words. */
export function describe(manifest: Manifest, contribution: Contribution): string {
  const { source, encoder } = manifest;
  if (contribution.isNull) return "an empty report: nothing about you";
  if (source.kind === "model-update") return "a bounded change to a shared model, computed from your own weeks";
  if (source.kind === "statistics" && encoder.kind === "product")
    return describeProduct(source, encoder, registryOf(manifest));
  invariant(source.kind === "statistic", "a source is a statistic, several, or a model's update");
  const per = source.statistic.times === 7 ? "weekly" : "daily";
  const ranges = encoder.kind === "histogram" ? encoder.edges.length - 1 : 0;
  const group = encoder.kind === "histogram" && encoder.group !== null ? ", with your group" : "";
  return `your average ${per} ${words(source.expression, registryOf(manifest))}, as one of ${ranges} ranges${group}`;
}
