// Taking part in training, in a part of its own: most apps never ask for it.
import { toBase64Url } from "../base/bytes.ts";
import { decode, Writer } from "../base/codec.ts";
import { fail } from "../base/errors.ts";
import { encodeVector, encodeWords } from "../contribution/vector.ts";
import { roundContribution } from "../learning/device/contribution.ts";
import type { CheckedTraining } from "../learning/plan/training/bounds.ts";
import { checkTraining, checkWeights, type SeenModel } from "../learning/plan/training/check.ts";
import { streamOf } from "../learning/plan/training/stream.ts";
import { hashWeights, weightsBytes, weightsFromBytes } from "../learning/plan/weights.ts";
import { plainEngine } from "../math/tensor/trainer.ts";
import { webKeystream } from "../platform/web/keystream.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Trainer } from "../ports/training-engine.ts";
import type { Transport } from "../ports/transport.ts";
import { newAdditiveSharder } from "../protocol/vdaf/additive/sharder.ts";
import type { DeviceMeasurement } from "../protocol/vdaf/device-sharder.ts";
import type { MemberDay } from "../records/types.ts";
import type { DeviceSharding } from "../report/sealer.ts";
import type { VectorEncoder, WordsEncoder } from "../task/encoder.ts";
import type { Manifest } from "../task/manifest.ts";
import { registryOf } from "../task/metrics/definition.ts";
import type { Contribution } from "../task/stages.ts";
import type { Platform, Settings } from "./options.ts";
import type { RoundModel } from "./report-job.ts";
import { scheduleSeed } from "./schedule.ts";
import { entry, keys, type Participation, readJson } from "./state.ts";
import { takeTurn } from "./turns.ts";

export { checkTraining };

/** Trainings whose last model is kept. */
const RUNS_MAX = 8;
const STATUS_OK = 200;

/**
 * The model that a round begins with: fetched, held against its hash in the signed manifest, and against the model of the last round
 * that this device saw. What is asked of the coordinator is what it asks of everyone.
 * Of a stream, this device's part in the round is noted first.
 * @param dry whether nothing will be sent: whoever's turn it is
 * @returns undefined for a manifest that asks for a statistic
 * @throws PacelineError manifest_refused; unavailable when the model does not come, and the round waits
 * @public of the `Training` interface, as what follows so marked
 */
export async function modelFor(
  settings: Settings,
  transport: Transport,
  manifest: Manifest,
  dry = false,
): Promise<RoundModel | undefined> {
  const checked = checkTraining(manifest);
  if (checked === undefined) return undefined;
  const { store, platform, memberSecret } = settings;
  const { training } = checked;
  const secret = memberSecret ?? (await scheduleSeed(store, platform.entropy));
  const stream = await streamOf(platform.crypto, manifest);
  const rho = stream === undefined || dry ? undefined : await takeTurn(settings, manifest, stream, secret);
  const seen = await seenModel(store, training.run);
  const hash = async (weights: Float32Array) => toBase64Url(await hashWeights(platform.crypto, weights));
  const same = seen !== undefined && (await hash(seen.weights)) === training.weights;
  const weights = same ? seen.weights : await fetchWeights(settings.coordinatorUrl, transport, checked);
  if (!same && (await hash(weights)) !== training.weights)
    fail("manifest_refused", "the coordinator gave another model than the training states");
  checkWeights(checked, weights, seen);
  await keepModel(store, training.run, { round: training.round, weights });
  for (const task of training.abandoned ?? []) await noteAbandoned(store, task);
  return { weights, secret, rho };
}

const ABANDONED = "; its round was given up: this was never added up, and is in no model";

/** What the member's log says of a report to a round that came to nothing. */
async function noteAbandoned(store: DeviceStore, task: string): Promise<void> {
  const key = keys.participation(task);
  const bytes = await store.get(key);
  const one = await readJson<Participation>(store, key);
  if (bytes === undefined || one === undefined || one.what === "" || one.what.endsWith(ABANDONED)) return;
  const put = [entry(key, { ...one, what: one.what + ABANDONED })];
  // Whoever changed it meanwhile is right; the next round says it again.
  await store.transaction({ put, delete: [], expect: [[key, bytes]] }).catch(() => undefined);
}

async function fetchWeights(
  coordinatorUrl: string,
  transport: Transport,
  { training, bounds }: CheckedTraining,
): Promise<Float32Array> {
  const bytes = 4 * bounds.layout.parameters;
  const { status, body } = await transport.send({
    method: "GET",
    url: `${coordinatorUrl}/v1/models/${training.weights}`,
    responseBytesMax: Math.max(bytes, 65_536),
  });
  if (status !== STATUS_OK || body.length !== bytes) fail("unavailable", "the model of the training did not come");
  return weightsFromBytes(body);
}

async function seenModel(store: DeviceStore, run: string): Promise<SeenModel | undefined> {
  const bytes = await store.get(keys.model(run));
  if (bytes === undefined) return undefined;
  return decode(bytes, "a model", (from) => {
    const round = { number: from.u32(), of: from.u32(), rollbacks: from.u32() };
    return { round, weights: weightsFromBytes(from.opaque32()) };
  });
}

async function keepModel(store: DeviceStore, run: string, { round, weights }: SeenModel): Promise<void> {
  const { number, of, rollbacks } = round;
  const bytes = new Writer().u32(number).u32(of).u32(rollbacks).opaque32(weightsBytes(weights)).done();
  const others = (await store.keys("model/")).filter((key) => key !== keys.model(run));
  await store.transaction({ put: [[keys.model(run), bytes]], delete: others.slice(RUNS_MAX - 1) });
}

/** @throws PacelineError unsupported where no engine has the model's layers */
export function trainerFor(
  { engine }: Pick<Settings, "engine">,
  { training }: Pick<CheckedTraining, "training">,
): Trainer {
  const { architecture } = training;
  return (
    engine?.open(architecture) ??
    // A few hundred rows of some sixty numbers: milliseconds, for which no page should fetch WebAssembly.
    plainEngine.open(architecture) ??
    fail("unsupported", "this device's engine does not train such layers")
  );
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
