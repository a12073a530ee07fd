// The manifest of a masked round: what a device must know of a round that one coordinator sums, in a document of its own, so that
// it can never pass for a task of two aggregators. The coordinator signs it, and the registrar, who then signs who is in the round.
import { concat, fromUtf8, utf8 } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import type { Answer, Crypto } from "../../ports/crypto.ts";
import { wordsEncoder } from "../encoder.ts";
import { manifestSchema } from "../manifest.ts";
import { metricIdField } from "../metrics/fields.ts";

const MASKED_VERSION = 1;

const { name, question, notice, queryHash, definitions, rho, window, minBatch } = manifestSchema.shape;
const seconds = z.int().check(z.gte(0), z.lte(200_000 * 86_400));

export const maskedManifestSchema = z.strictObject({
  paceline: z.literal("masked round"),
  version: z.literal(MASKED_VERSION),
  name,
  question,
  notice,
  purpose: z.literal("model-training"),
  /** The round's identity, as the coordinator names it: asked again, it is the same. */
  queryHash,
  trustMode: z.literal("one-coordinator"),
  definitions,
  source: z.strictObject({
    kind: z.literal("model-update"),
    /** Canonical JSON of a TrainingManifest whose sharing is masked: who, how many and how long. */
    training: z.string().check(z.maxLength(65_536)),
    /** Those it reads, each once. */
    metrics: z.array(metricIdField).check(z.minLength(1), z.maxLength(64)),
  }),
  encoder: wordsEncoder,
  noise: z.strictObject({
    mechanism: z.literal("distributed-discrete-gaussian"),
    /** One place in a round for each account that the registrar knows. */
    unit: z.literal("member"),
    neighbouring: z.literal("zero-out"),
    /** σ² that the honest members' shares come to together, in integer units. */
    sigmaSquared: z.string().check(z.regex(/^[1-9][0-9]{0,29}$/)),
  }),
  /** zCDP of the honest members' noise, in nano-rho. */
  rho,
  window,
  /** Seconds since 1970: members join in [opens, closes); the round is over at `ends`, whatever happens. */
  joining: z.strictObject({ opens: seconds, closes: seconds, ends: seconds }),
  /** Members of the smallest round who stay to its end. */
  minBatch,
  coordinator: z.strictObject({ url: z.string().check(z.regex(/^https?:\/\/[^\s]{1,200}$/)) }),
});

export type MaskedManifest = z.infer<typeof maskedManifestSchema>;

const BYTES_MAX = 256 * 1024;

/** The bytes that are signed. Verifiers use the bytes they receive and never call this to compare. */
export function encodeMaskedManifest(manifest: MaskedManifest): Uint8Array {
  return utf8(canonicalJson(manifest as unknown as Json));
}

/** Its form; `checkMasked` says whether its parts hold together. @throws PacelineError manifest_refused naming what is wrong */
export function decodeMaskedManifest(bytes: Uint8Array): MaskedManifest {
  if (bytes.length > BYTES_MAX)
    fail("manifest_refused", `the manifest has ${bytes.length} bytes, at most ${BYTES_MAX} are read`);
  let text: string;
  try {
    text = fromUtf8(bytes);
  } catch (cause) {
    return fail("manifest_refused", "the manifest is not UTF-8", { cause });
  }
  const parsed = z.safeParse(maskedManifestSchema, parseJson(text, "the manifest", "manifest_refused"));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  return fail("manifest_refused", `the masked round's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message}`);
}

/** Whether stored bytes are a masked round's manifest, of whatever version, and no task's. */
export function isMasked(bytes: Uint8Array): boolean {
  const marked = z.safeParse(
    z.looseObject({ paceline: z.string() }),
    parseJson(fromUtf8(bytes), "a manifest", "invalid_data"),
  );
  return marked.success && marked.data.paceline === "masked round";
}

const TASK = /* @__PURE__ */ utf8("paceline masked round v1\n");

/** The round's id, 32 bytes: of the exact signed bytes, and what its members' keys and signatures are bound to. */
export function maskedTaskId(crypto: Pick<Crypto, "sha256">, bytes: Uint8Array): Answer<Uint8Array> {
  return crypto.sha256(concat(TASK, bytes));
}
