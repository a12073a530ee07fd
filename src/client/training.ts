// Taking part in training, in a part of its own: most apps never ask for it.
import { trainerOf } from "../learning/device/logistic.ts";
import { modelUpdate } from "../learning/device/update.ts";
import { checkedPlan } from "../learning/plan/check.ts";
import { webKeystream } from "../platform/web/keystream.ts";
import { newAdditiveSharder } from "../protocol/vdaf/additive/sharder.ts";
import type { DeviceMeasurement } from "../protocol/vdaf/device-sharder.ts";
import type { MemberDay } from "../records/types.ts";
import type { DeviceSharding } from "../report/sealer.ts";
import type { Manifest } from "../task/manifest.ts";
import type { Contribution } from "../task/stages.ts";
import type { Platform, Settings } from "./options.ts";

/** @throws PacelineError manifest_refused for a plan that is not what the manifest pays for */
export function checkTraining(manifest: Manifest): void {
  checkedPlan(manifest);
}

/** @returns undefined for a manifest that asks for something else */
export function trainingStep(
  { engine, platform }: Pick<Settings, "engine"> & { readonly platform: Pick<Platform, "entropy"> },
  manifest: Manifest,
  days: readonly MemberDay[],
): Contribution | undefined {
  const plan = checkedPlan(manifest);
  if (plan === undefined) return undefined;
  return modelUpdate({
    plan,
    days,
    window: manifest.window,
    trainer: trainerOf(plan, engine),
    entropy: platform.entropy,
  });
}

/** Splits updates into additive shares, with the engine's own AES. */
export function additiveSharder(vdaf: Parameters<typeof newAdditiveSharder>[0]): DeviceSharding<DeviceMeasurement> {
  return newAdditiveSharder(vdaf, webKeystream);
}
