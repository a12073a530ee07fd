// `paceline model BUNDLE…`: a trained model's file, made of the bundles of the rounds that trained it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fail } from "../../base/errors.ts";
import { encodeModelFile, encodeModelFiles } from "../../learning/plan/model/file.ts";
import { decodeModel } from "../../learning/plan/training/model.ts";
import { nodeClock, nodeCrypto } from "../../platform/node/index.ts";
import { privateMode } from "../../platform/node/private.ts";
import { formatRho } from "../../privacy/accounting/nano-rho.ts";
import { modelOfRounds, verifyRounds } from "../../verify/model.ts";
import { keysOf, readText, type VerifyOptions } from "../verify.ts";
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
  const texts = bundles.map((bundle) => readText(bundle));
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
  if (model !== undefined) return Float32Array.from(decodeModel(readText(model)).weights);
  const replayed = await replay(await verifyRounds(nodeCrypto, texts, keysOf(options)), seed);
  if ("weights" in replayed) return replayed.weights;
  return fail("verification_failed", `the weights cannot be computed again: ${replayed.because}`, {
    hint: "Give the training's --seed, or the coordinator's document of the model with --model.",
  });
}

function write({ out, split }: ModelOptions, parts: Readonly<Record<string, string | Uint8Array>>): void {
  if (split) mkdirSync(out, { recursive: true, mode: privateMode | 0o100 });
  for (const [name, content] of Object.entries(parts))
    writeFileSync(split ? join(out, name) : name, content, { mode: privateMode });
}
