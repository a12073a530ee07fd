// The file that --manifest names, for training and for simulating it: a training as its author wrote it, or a signed manifest of a
// round, as its bundle has it, from which that follows.
import { readFileSync } from "node:fs";
import { fromBase64Url } from "../../base/bytes.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { decodeTraining } from "../../learning/plan/training/manifest.ts";
import { redraft } from "../../learning/plan/training/redraft.ts";
import { readEnvelope } from "../../task/envelope.ts";
import { decodeManifest } from "../../task/manifest.ts";

export interface ReadTraining {
  /** What an author would have written; its fields are looked at by whoever takes it. */
  readonly draft: Readonly<Record<string, unknown>>;
  /** What it was taken from, in words, where that was a signed manifest. */
  readonly note: string | undefined;
}

/** @param path - for standard input @throws PacelineError not_found, invalid_data, manifest_refused */
export function readTraining(path: string): ReadTraining {
  const json = parseJson(readText(path), path, "invalid_data");
  if (!isRecord(json)) return fail("invalid_data", `${path} holds no training`);
  const envelope = isRecord(json.envelope) ? json.envelope : json;
  if (typeof envelope.manifest !== "string") return { draft: json, note: undefined };
  const { source, rho, minBatch } = decodeManifest(fromBase64Url(readEnvelope(envelope).manifest));
  if (source.kind !== "model-update")
    return fail("invalid_data", `${path} is the manifest of a question, and of no training`);
  const training = decodeTraining(source.training);
  const { name, round } = training;
  return {
    draft: redraft(training, { nanoRho: BigInt(rho), minBatch }),
    note: `The training is that of the signed manifest of round ${round.number} of ${round.of} of "${name}", from its first round on and with first weights of its name; the signatures were not checked (paceline verify does).`,
  };
}

export function readText(path: string): string {
  try {
    return readFileSync(path === "-" ? 0 : path, "utf8");
  } catch (cause) {
    return fail("not_found", `${path} cannot be read: ${(cause as Error).message}`, { cause });
  }
}

const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === "object" && json !== null && !Array.isArray(json);
