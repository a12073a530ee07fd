// The device's answer to one manifest it accepts: its value or its update, or nothing, in one report.
import { invariant } from "../base/errors.ts";
import { encodeHistogram, nullHistogram } from "../contribution/encode.ts";
import { encodeVector } from "../contribution/vector.ts";
import { reduceWindow } from "../contribution/window.ts";
import { modelUpdate } from "../learning/device/update.ts";
import { checkedPlan } from "../learning/plan/check.ts";
import type { Expression } from "../task/expression.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { Registry } from "../task/metrics.ts";
import type { Contribution } from "../task/stages.ts";
import type { Settings } from "./options.ts";

/** The contribution of this member; null where the member's days do not say enough. */
export async function contributionOf(
  { days, profile, engine, platform }: Settings,
  manifest: Manifest,
): Promise<Contribution> {
  const { source, encoder, window } = manifest;
  const plan = checkedPlan(manifest);
  if (plan !== undefined) return modelUpdate({ plan, days: await days(), window, engine, entropy: platform.entropy });
  invariant(source.kind === "statistic" && encoder.kind === "histogram", "a statistic is encoded as a histogram");
  return encodeHistogram(encoder, reduceWindow(await days(), source, window, registryOf(manifest)), await profile());
}

export function nullContribution({ encoder }: Manifest): Contribution {
  return encoder.kind === "histogram" ? nullHistogram(encoder) : encodeVector(encoder, undefined);
}

/** What a report holds, in the member's words. */
export function describe(manifest: Manifest, contribution: Contribution): string {
  const { source, encoder } = manifest;
  if (contribution.isNull) return "an empty report: nothing about you";
  if (source.kind === "model-update") return "a bounded change to a shared model, computed from your own weeks";
  const per = source.statistic.times === 7 ? "weekly" : "daily";
  const ranges = encoder.kind === "histogram" ? encoder.edges.length - 1 : 0;
  const group = encoder.kind === "histogram" && encoder.group !== null ? ", with your group" : "";
  return `your average ${per} ${words(source.expression, registryOf(manifest))}, as one of ${ranges} ranges${group}`;
}

/** A formula in words of this device's own registry: a manifest's title is the asker's word. */
function words(expression: Expression, registry: Registry): string {
  if ("metric" in expression) return registry.metric(expression.metric)?.title ?? expression.metric;
  if ("number" in expression) return String(expression.number);
  const parts = expression.args.map((arg) =>
    "op" in arg && arg.args.length > 1 && arg.op !== "*" ? `(${words(arg, registry)})` : words(arg, registry),
  );
  if (expression.op === "min" || expression.op === "max") return `${expression.op} of ${parts.join(", ")}`;
  return parts.join(` ${expression.op === "*" ? "×" : expression.op} `);
}
