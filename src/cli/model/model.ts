// `paceline model BUNDLE…`: a trained model's file, made of the bundles of the rounds that trained it.
import { join } from "node:path";
import { toBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { encodeModelFile, encodeModelFiles } from "../../learning/plan/model/file.ts";
import { decodeModel, type Model } from "../../learning/plan/training/model.ts";
import { hashWeights } from "../../learning/plan/weights.ts";
import { nodeClock, nodeCrypto } from "../../platform/node/index.ts";
import { formatRho } from "../../privacy/accounting/nano-rho.ts";
import { modelOfRounds, type VerifiedModel, verifyRounds } from "../../verify/model.ts";
import { readText } from "../read-text.ts";
import { keysOf, readBundle, type VerifyOptions } from "../verify.ts";
import { checkWanted, wantedFolder, writeWanted } from "../wanted-file.ts";
import { replay } from "./replay.ts";

export interface ModelOptions
  extends Pick<VerifyOptions, "registerKey" | "helperKey" | "registrarKey" | "registryKey" | "seed" | "json"> {
  readonly out: string;
  /** The coordinator's document of the model, where the weights do not follow from the bundles. */
  readonly model?: string;
  /** model.json and weights.bin in the folder `out`, as TensorFlow.js loads them by URL. */
  readonly split?: boolean;
}

/** @param bundles of all rounds, in order. @throws PacelineError as modelOfRounds */
export async function modelCommand(bundles: readonly string[], options: ModelOptions): Promise<void> {
  if (options.split !== true) checkWanted("--out", options.out);
  const texts = bundles.map((bundle) => readBundle(bundle));
  const keys = keysOf(options);
  const weights = await weightsOf(texts, options);
  const { file, rounds, rho } = await modelOfRounds(nodeCrypto, texts, { weights, made: nodeClock.now(), keys });
  write(options, options.split ? { ...encodeModelFiles(file) } : { [options.out]: encodeModelFile(file) });
  const { name, title, privacy } = file.card;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ out: options.out, card: file.card })}\n`
      : `${options.out}: ${name}, ${title}, of ${rounds.length} rounds; ρ = ${formatRho(rho)}, ε = ${privacy?.epsilon.toPrecision(4)} at δ = ${privacy?.delta}\n`,
  );
}

async function weightsOf(texts: readonly string[], { model, seed, ...options }: ModelOptions) {
  const verified = await verifyRounds(nodeCrypto, texts, keysOf(options));
  if (model !== undefined) return await weightsIn(model, verified);
  const replayed = await replay(verified, seed);
  if ("weights" in replayed) return replayed.weights;
  return fail("verification_failed", `the weights cannot be computed again: ${replayed.because}`, {
    hint: "Give the training's --seed, or the coordinator's document of the model with --model.",
  });
}

/** Of the training that the bundles are of, as it stood after them: a card would else tell of other rounds, and of another price. */
async function weightsIn(path: string, { rounds, trainings: [first] }: Pick<VerifiedModel, "rounds" | "trainings">) {
  const { training, weights } = modelIn(path);
  const { round, overlap } = training;
  if (training.run !== first?.run) fail("invalid_data", `${path} is the model of another training than the bundles'`);
  if (toBase64Url(await hashWeights(nodeCrypto, Float32Array.from(weights))) !== training.weights)
    fail("invalid_data", `${path} holds other weights than it says`);
  // An operator may have taken an overlapping training back: its steps are then fewer than its rounds.
  const after = overlap === undefined ? round.number - 1 : overlap.steps;
  if (overlap === undefined ? after !== rounds.length : after > rounds.length)
    fail("invalid_data", `${path} is the model after ${after} rounds, and ${rounds.length} bundles were given`, {
      hint: "Give the bundles of all rounds that were closed when the model was fetched: fetch it again with them.",
    });
  return Float32Array.from(weights);
}

function modelIn(path: string): Model {
  const hint = "--model takes the document that `paceline train status NAME --model FILE` writes.";
  const text = readText(path, { hint });
  try {
    return decodeModel(text);
  } catch (cause) {
    if (!isPacelineError(cause)) throw cause;
    return fail("invalid_data", `${path} is no model as its coordinator has it: ${cause.message}`, { hint, cause });
  }
}

function write({ out, split }: ModelOptions, parts: Readonly<Record<string, string | Uint8Array>>): void {
  if (split) wantedFolder("--out", out);
  for (const [name, content] of Object.entries(parts)) writeWanted("--out", split ? join(out, name) : name, content);
}
