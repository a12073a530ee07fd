// `paceline model BUNDLE…`: a trained model's file, made of the bundles of the rounds that trained it.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { encodeModelFile, encodeModelFiles } from "../learning/plan/model/file.ts";
import { weightsFromBytes } from "../learning/plan/weights.ts";
import { nodeCrypto } from "../platform/node/index.ts";
import { privateMode } from "../platform/node/private.ts";
import { formatRho } from "../privacy/accounting/nano-rho.ts";
import { modelOfRounds } from "../verify/model.ts";
import { keysOf, readBytes, readText, type VerifyOptions } from "./verify.ts";

export interface ModelOptions extends Pick<VerifyOptions, "registerKey" | "helperKey" | "registryKey" | "json"> {
  readonly out: string;
  readonly weights?: string;
  /** model.json and weights.bin in the folder `out`, as TensorFlow.js loads them by URL. */
  readonly split?: boolean;
}

/** @param bundles of all rounds, in order. @throws PacelineError as modelOfRounds */
export async function modelCommand(bundles: readonly string[], options: ModelOptions): Promise<void> {
  const weights = options.weights === undefined ? undefined : weightsFromBytes(readBytes(options.weights));
  const given = { weights, made: Date.now(), keys: keysOf(options) };
  const { file, rounds, rho } = await modelOfRounds(nodeCrypto, bundles.map(readText), given);
  const parts: Readonly<Record<string, string | Uint8Array>> = options.split
    ? { ...encodeModelFiles(file) }
    : { [options.out]: encodeModelFile(file) };
  if (options.split) mkdirSync(options.out, { recursive: true, mode: privateMode | 0o100 });
  for (const [name, content] of Object.entries(parts))
    writeFileSync(options.split ? join(options.out, name) : name, content, { mode: privateMode });
  const { name, title, privacy } = file.card;
  process.stdout.write(
    options.json
      ? `${JSON.stringify({ out: options.out, card: file.card })}\n`
      : `${options.out}: ${name}, ${title}, of ${rounds.length} rounds; ρ = ${formatRho(rho)}, ε = ${privacy?.epsilon.toPrecision(4)} at δ = ${privacy?.delta}\n`,
  );
}
