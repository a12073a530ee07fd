// The model that a round of a training begins with, and what trains it, whoever sums the round.
import { toBase64Url } from "../base/bytes.ts";
import { decode, Writer } from "../base/codec.ts";
import { fail } from "../base/errors.ts";
import type { CheckedTraining } from "../learning/plan/training/bounds.ts";
import { checkWeights, type SeenModel } from "../learning/plan/training/check.ts";
import { stepsOf } from "../learning/plan/training/overlap.ts";
import { hashWeights, weightsBytes, weightsFromBytes } from "../learning/plan/weights.ts";
import { plainEngine } from "../math/tensor/trainer.ts";
import type { DeviceStore } from "../ports/device-store.ts";
import type { Trainer } from "../ports/training-engine.ts";
import type { Transport } from "../ports/transport.ts";
import type { Settings } from "./options.ts";
import type { RoundModel } from "./report-job.ts";
import { scheduleSeed } from "./schedule.ts";
import { entry, keys, type Participation, readJson } from "./state.ts";

/** Trainings whose last model is kept. */
const RUNS_MAX = 8;
const STATUS_OK = 200;

/**
 * Fetched, held against its hash in the signed manifest, and against the model of the last round that this device saw.
 * @throws PacelineError manifest_refused; unavailable when the model does not come
 */
export async function modelOf(settings: Settings, transport: Transport, checked: CheckedTraining): Promise<RoundModel> {
  const { store, platform, memberSecret } = settings;
  const secret = memberSecret ?? (await scheduleSeed(store, platform.entropy));
  const { training } = checked;
  const seen = await seenModel(store, training.run);
  const hash = async (weights: Float32Array) => toBase64Url(await hashWeights(platform.crypto, weights));
  const same = seen !== undefined && (await hash(seen.weights)) === training.weights;
  const weights = same ? seen.weights : await fetchWeights(settings.coordinatorUrl, transport, checked);
  if (!same && (await hash(weights)) !== training.weights)
    fail("manifest_refused", "the coordinator gave another model than the training states");
  checkWeights(checked, weights, seen);
  await keepModel(store, training.run, { round: training.round, steps: stepsOf(training), weights });
  for (const task of training.abandoned ?? []) await noteAbandoned(store, task);
  return { weights, secret };
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
    const weights = weightsFromBytes(from.opaque32());
    // What was kept before rounds could overlap says no more.
    return { round, steps: from.left === 0 ? round.number - 1 : from.u32(), weights };
  });
}

async function keepModel(store: DeviceStore, run: string, { round, steps, weights }: SeenModel): Promise<void> {
  const { number, of, rollbacks } = round;
  const bytes = new Writer().u32(number).u32(of).u32(rollbacks).opaque32(weightsBytes(weights)).u32(steps).done();
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
