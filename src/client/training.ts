// Taking part in training, in a part of its own: most apps never ask for it.
import { encodeVector, encodeWords } from "../contribution/vector.ts";
import { roundContribution } from "../learning/device/contribution.ts";
import { checkTraining } from "../learning/plan/training/check.ts";
import { streamOf } from "../learning/plan/training/stream.ts";
import { webKeystream } from "../platform/web/keystream.ts";
import type { Transport } from "../ports/transport.ts";
import { newAdditiveSharder } from "../protocol/vdaf/additive/sharder.ts";
import type { DeviceMeasurement } from "../protocol/vdaf/device-sharder.ts";
import type { MemberDay } from "../records/types.ts";
import type { DeviceSharding } from "../report/sealer.ts";
import type { VectorEncoder, WordsEncoder } from "../task/encoder.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { Contribution } from "../task/stages.ts";
import type { Platform, Settings, Training } from "./options.ts";
import type { RoundModel } from "./report-job.ts";
import { modelOf, trainerFor } from "./round-model.ts";
import { scheduleSeed } from "./schedule.ts";
import type { Time } from "./time.ts";
import { takeTurn } from "./turns.ts";

export { checkTraining, trainerFor };

/** Rounds that one coordinator sums, where the app pins a registrar: loaded when the first of them is looked for. @public */
export const maskedRounds: Training["maskedRounds"] = () => import("./masked/rounds.ts") as never;

/**
 * The model that a round begins with: fetched, held against its hash in the signed manifest, and against the model of the last round
 * that this device saw. What is asked of the coordinator is what it asks of everyone.
 * Of a stream, this device's part in the round is noted first.
 * @param time of the sync; left out where nothing will be sent, whoever's turn it is
 * @returns undefined for a manifest that asks for a statistic
 * @throws PacelineError manifest_refused; unavailable when the model does not come, and the round waits
 * @public of the `Training` interface, as what follows so marked
 */
export async function modelFor(
  settings: Settings,
  transport: Transport,
  manifest: Manifest,
  time?: Time,
): Promise<RoundModel | undefined> {
  const checked = checkTraining(manifest);
  if (checked === undefined) return undefined;
  const { store, platform, memberSecret } = settings;
  const secret = memberSecret ?? (await scheduleSeed(store, platform.entropy));
  const stream = await streamOf(platform.crypto, manifest);
  const rho =
    stream === undefined || time === undefined ? undefined : await takeTurn(settings, time, manifest, stream, secret);
  return { ...(await modelOf(settings, transport, checked)), rho };
}

/** Of a member who takes part and has nothing to tell. @public */
export function nullUpdate(encoder: VectorEncoder | WordsEncoder): Contribution {
  return encoder.kind === "words" ? encodeWords(encoder, undefined) : encodeVector(encoder, undefined);
}

/** @returns undefined for a manifest that asks for something else @public */
export function trainingStep(
  device: Pick<Settings, "engine"> & { readonly platform: Pick<Platform, "entropy"> },
  manifest: Manifest,
  days: readonly MemberDay[],
  model: RoundModel | undefined,
): Contribution | undefined {
  const checked = checkTraining(manifest);
  if (checked === undefined || model === undefined) return undefined;
  return roundContribution({
    ...{ checked, days, window: manifest.window, registry: registryOf(manifest) },
    ...{ weights: model.weights, secret: model.secret },
    trainer: trainerFor(device, checked),
    entropy: device.platform.entropy,
  });
}

/** Splits updates into additive shares, with the engine's own AES. @public */
export function additiveSharder(vdaf: Parameters<typeof newAdditiveSharder>[0]): DeviceSharding<DeviceMeasurement> {
  return newAdditiveSharder(vdaf, webKeystream);
}
