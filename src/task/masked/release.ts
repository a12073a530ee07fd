// The released document of a masked round: noised integers and everything needed to read them. Immutable; its exact bytes are the
// answer. Apart from a task's release, of which two aggregators vouch for the noise.
import { fromUtf8, utf8 } from "../../base/bytes.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { lifetimeSchema } from "../release.ts";
import { maskedManifestSchema } from "./manifest.ts";

const { name, question, queryHash, purpose, window, definitions, source, encoder, noise, trustMode } =
  maskedManifestSchema.shape;

const documentSchema = z.strictObject({
  paceline: z.literal("masked release"),
  version: z.literal(1),
  /** base64url of the round's id. */
  task: z.string(),
  ...{ name, question, queryHash, purpose, window, definitions, source, encoder, noise },
  /** One integer a cell, centred around 0. */
  values: z.array(z.int()),
  members: z.strictObject({
    /** In the roster that the registrar signed. */
    joined: z.int(),
    /** Stayed to the end at least; who told nothing counts. */
    stayed: z.int(),
    /** m_h: whose noise is sure to be in the sum. */
    honest: z.int(),
  }),
  privacy: z.strictObject({
    /** Implied at this δ by the noise of the honest members. */
    epsilon: z.number(),
    delta: z.number(),
    rho: z.number(),
    unit: noise.shape.unit,
    neighbouring: noise.shape.neighbouring,
    mechanism: noise.shape.mechanism,
    /** Standard deviation of the noise in one value: of the honest shares, which the guarantee counts, and of all at most. */
    noiseSd: z.strictObject({ honest: z.number(), most: z.number() }),
    trustMode,
    /** What is promised, in words, and no more. */
    claims: z.string(),
    /** What this answer's ε means beside all others, at the caps of the coordinator's ledger, which recur. */
    lifetime: lifetimeSchema,
  }),
});

export type MaskedRelease = z.infer<typeof documentSchema>;

export function encodeMaskedRelease(document: MaskedRelease): Uint8Array {
  return utf8(canonicalJson(document as unknown as Json));
}

/** @throws PacelineError invalid_message */
export function decodeMaskedRelease(bytes: Uint8Array): MaskedRelease {
  const parsed = z.safeParse(documentSchema, parseJson(fromUtf8(bytes), "the release"));
  if (parsed.success) return parsed.data;
  return fail("invalid_message", `the masked release's ${parsed.error.issues[0]?.path.join(".")} is wrong`);
}
