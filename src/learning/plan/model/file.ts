// A trained model as a file that plain TensorFlow.js loads: a LayersModel's model.json and weights.bin, or both in one JSON text. It
// is written in one form and read in that form alone, so that there is nothing in it that nobody looked at.
import { fromBase64Url, fromUtf8, toBase64Url, utf8 } from "../../../base/bytes.ts";
import { canonicalJson, type Json } from "../../../base/canonical.ts";
import { fail, isPacelineError } from "../../../base/errors.ts";
import { parseJson } from "../../../base/json.ts";
import * as z from "../../../base/schema.ts";
import type { Crypto } from "../../../ports/crypto.ts";
import { type Architecture, checkArchitecture } from "../architecture.ts";
import { checkModelWeights, hashWeights, weightsBytes, weightsFromBytes } from "../weights.ts";
import { cardSchema, type ModelCard } from "./card.ts";
import { partsOf, WEIGHTS_FILE } from "./topology.ts";

export interface ModelFile {
  readonly card: ModelCard;
  readonly weights: Float32Array<ArrayBuffer>;
}

/** Names and bytes of the two files that TensorFlow.js loads by the first one's URL. */
export interface ModelFiles {
  readonly "model.json": Uint8Array<ArrayBuffer>;
  readonly [WEIGHTS_FILE]: Uint8Array<ArrayBuffer>;
}

const GENERATED_BY = "paceline";

/** All of a card but what follows from the weights. */
export type Described = Omit<ModelCard, "paceline" | "version" | "weights" | "architecture"> & {
  readonly architecture: Architecture;
};

/** @throws PacelineError manifest_refused */
export async function newModelFile(
  crypto: Pick<Crypto, "sha256">,
  described: Described,
  weights: Float32Array<ArrayBuffer>,
): Promise<ModelFile> {
  const hash = toBase64Url(await hashWeights(crypto, weights));
  const card = { paceline: "model", version: 1, ...described, weights: hash } as ModelCard;
  const file: ModelFile = { card, weights };
  checkParts(file);
  return file;
}

/** model.json and weights.bin. */
export function encodeModelFiles({ card, weights }: ModelFile): ModelFiles {
  return { "model.json": utf8(textOf(card)), [WEIGHTS_FILE]: weightsBytes(weights) };
}

/** Both in one: model.json with a field `weightData`, the bytes of weights.bin in base64url. */
export function encodeModelFile({ card, weights }: ModelFile): string {
  return textOf(card, toBase64Url(weightsBytes(weights)));
}

function textOf(card: ModelCard, weightData?: string): string {
  return canonicalJson({
    ...partsOf(card.architecture),
    generatedBy: GENERATED_BY,
    convertedBy: null,
    userDefinedMetadata: card as unknown as Json,
    weightData,
  });
}

const partlySchema = z.looseObject({ userDefinedMetadata: cardSchema, weightData: z.optional(z.string()) });

/** Whether a text may be one of ours, for what reads files of several kinds. */
export function looksLikeModel(text: string): boolean {
  return text.slice(0, 100).includes('"format":"layers-model"');
}

/**
 * @param text of model.json, or of both in one
 * @param weightsBin where weights lie in a file of their own
 * @throws PacelineError invalid_message when it is no model file of ours in the form that was written, or its weights are not those
 * of its card
 */
export async function decodeModelFile(
  crypto: Pick<Crypto, "sha256">,
  text: string,
  weightsBin?: Uint8Array,
): Promise<ModelFile> {
  const parsed = z.safeParse(partlySchema, parseJson(text, "the model file"));
  if (!parsed.success) {
    const path = parsed.error.issues[0]?.path.join(".");
    return fail("invalid_message", `this is no model file of Paceline's: its ${path || "shape"} is wrong`);
  }
  const { userDefinedMetadata: card, weightData } = parsed.data;
  if ((weightData === undefined) === (weightsBin === undefined))
    fail("invalid_message", `the model's weights are ${weightData === undefined ? "missing" : "there twice"}`, {
      hint: `Weights are in the model file itself, or in ${WEIGHTS_FILE} beside it.`,
    });
  if (textOf(card, weightData) !== text)
    fail("invalid_message", "the model file is not in the form in which it is written", {
      hint: "Keep the bytes as they were written: topology and weights must be those of the card, in canonical JSON.",
    });
  const file: ModelFile = { card, weights: weightsFromBytes(weightsBin ?? fromBase64Url(weightData as string)) };
  refusedAsMessage(() => checkParts(file));
  const hash = toBase64Url(await hashWeights(crypto, file.weights));
  if (hash !== card.weights) fail("invalid_message", `the weights' hash is ${hash}, the card says ${card.weights}`);
  return file;
}

/** Of the two files. @throws as decodeModelFile */
export async function decodeModelFiles(crypto: Pick<Crypto, "sha256">, files: ModelFiles): Promise<ModelFile> {
  return await decodeModelFile(crypto, fromUtf8(files["model.json"]), files[WEIGHTS_FILE]);
}

function checkParts({ card, weights }: ModelFile): void {
  const { architecture, features, outputs } = card;
  const layout = checkArchitecture(architecture);
  checkModelWeights(layout, weights);
  if (architecture.input.length === 1 && features.length !== layout.inputs)
    fail("manifest_refused", `the model reads ${layout.inputs} numbers, the card names ${features.length} features`);
  if (outputs.length !== architecture.output.units)
    fail("manifest_refused", `the model has ${architecture.output.units} outputs, the card names ${outputs.length}`);
}

function refusedAsMessage(check: () => void): void {
  try {
    check();
  } catch (error) {
    if (isPacelineError(error) && error.code === "manifest_refused")
      fail("invalid_message", error.message, { cause: error });
    throw error;
  }
}
