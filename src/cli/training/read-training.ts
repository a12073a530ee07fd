// The file that --manifest names, for training and for simulating it: a training as its author wrote it, or a signed manifest of a
// round, as its bundle has it, from which that follows.
import { fromBase64Url } from "../../base/bytes.ts";
import { fail, isPacelineError } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import { decodeTraining } from "../../learning/plan/training/manifest.ts";
import { redraft } from "../../learning/plan/training/redraft.ts";
import { readEnvelope } from "../../task/envelope.ts";
import { decodeManifest } from "../../task/manifest.ts";
import { readMaskedEnvelope } from "../../task/masked/envelope.ts";
import { decodeMaskedManifest } from "../../task/masked/manifest.ts";
import { readText } from "../read-text.ts";

export interface ReadTraining {
  /** What an author would have written; its fields are looked at by whoever takes it. */
  readonly draft: Readonly<Record<string, unknown>>;
  /** What it was taken from, in words, where that was a signed manifest. */
  readonly note: string | undefined;
}

/** @param path - for standard input @throws PacelineError not_found, invalid_data */
export function readTraining(path: string): ReadTraining {
  const json = parseJson(readText(path), path, "invalid_data");
  if (!isRecord(json)) return fail("invalid_data", `${path} holds no training`);
  const envelope = isRecord(json.envelope) ? json.envelope : json;
  if (isRecord(json.training) || json.format === "layers-model")
    return fail("invalid_data", `${path} is a model, and no training`, {
      hint: "A bundle of one of its rounds has the training: `paceline train status NAME --bundles FOLDER` writes them.",
    });
  if (typeof envelope.manifest !== "string") return { draft: json, note: undefined };
  const { training, rho, minBatch } = roundIn(envelope, path);
  const { name, round } = training;
  return {
    draft: redraft(training, { nanoRho: BigInt(rho), minBatch }),
    note: `The training is that of the signed manifest of round ${round.number} of ${round.of} of "${name}", from its first round on and with first weights of its name; the signatures were not checked (paceline verify does).`,
  };
}

/** Of a round that two aggregators add up, or one coordinator. */
function roundIn(envelope: Record<string, unknown>, path: string) {
  try {
    const { source, rho, minBatch } =
      "registrar" in envelope
        ? decodeMaskedManifest(fromBase64Url(readMaskedEnvelope(envelope).manifest))
        : decodeManifest(fromBase64Url(readEnvelope(envelope).manifest));
    if (source.kind !== "model-update") return fail("invalid_data", "it is that of a question, and of no training");
    return { training: decodeTraining(source.training), rho, minBatch };
  } catch (cause) {
    if (!isPacelineError(cause)) throw cause;
    return fail("invalid_data", `${path} holds no signed manifest of a training: ${cause.message}`, { cause });
  }
}

const isRecord = (json: unknown): json is Record<string, unknown> =>
  typeof json === "object" && json !== null && !Array.isArray(json);
