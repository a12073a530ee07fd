// A trained model as a document: the training it came from, with its features and bounds, and its weights. Public: it follows from
// noised sums alone.
import { fromBase64Url, toBase64Url } from "../../../base/bytes.ts";
import { canonicalJson, type Json } from "../../../base/canonical.ts";
import { fail } from "../../../base/errors.ts";
import { parseJson } from "../../../base/json.ts";
import * as z from "../../../base/schema.ts";
import { checkArchitecture } from "../architecture.ts";
import { checkModelWeights, weightsBytes, weightsFromBytes } from "../weights.ts";
import { type TrainingManifest, trainingSchema } from "./manifest.ts";

const documentSchema = z.strictObject({
  version: z.literal(1),
  /** Of the round that would come next: its weights are these. */
  training: trainingSchema,
  /** base64url of the weights, little-endian floats. */
  weights: z.string(),
});

export interface Model {
  readonly training: TrainingManifest;
  readonly weights: Float32Array;
}

export function encodeModel({ training, weights }: Model): string {
  return canonicalJson({ version: 1, training, weights: toBase64Url(weightsBytes(weights)) } as unknown as Json);
}

/** @throws PacelineError invalid_message, manifest_refused for weights that no model has */
export function decodeModel(text: string): Model {
  const parsed = z.safeParse(documentSchema, parseJson(text, "the model"));
  if (!parsed.success) return fail("invalid_message", `the model's ${parsed.error.issues[0].path.join(".")} is wrong`);
  const { training } = parsed.data;
  const weights = weightsFromBytes(fromBase64Url(parsed.data.weights));
  checkModelWeights(checkArchitecture(training.architecture), weights);
  return { training, weights };
}
