// The released document: noised integers and everything needed to read them. Immutable; its exact bytes are the answer.

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import * as z from "../base/schema.ts";
import { manifestSchema, unitSchema } from "./manifest.ts";

const span = z.strictObject({ rho: z.number(), epsilon: z.number() });
/** ε at `delta` of all answers in a span of time, and of this one. */
export const lifetimeSchema = z.strictObject({
  delta: z.number(),
  answer: span,
  week: span,
  year: span,
  fiveYears: span,
  says: z.string(),
});

const VERSION = 2;

const documentSchema = z.strictObject({
  version: z.literal(VERSION),
  /** base64url of the DAP task id. */
  task: z.string(),
  name: manifestSchema.shape.name,
  question: z.string(),
  queryHash: z.string(),
  purpose: manifestSchema.shape.purpose,
  window: manifestSchema.shape.window,
  definitions: manifestSchema.shape.definitions,
  source: manifestSchema.shape.source,
  encoder: manifestSchema.shape.encoder,
  /** The noise in each of the two shares; values carry the sum of both. */
  noise: manifestSchema.shape.noise,
  draws: z.literal(2),
  /** One integer a row of the linear map; negative values stay. */
  values: z.array(z.int()),
  /** What the minimum of the batch counts: no number of members who told something. */
  batch: z.strictObject({ atLeast: z.int(), counts: z.literal("reports, empty ones included") }),
  privacy: z.strictObject({
    /** Of one aggregator's noise: pure ε with δ = 0, or the ε implied at this δ. */
    epsilon: z.number(),
    delta: z.number(),
    /** zCDP of one aggregator's noise. */
    rho: z.number(),
    /** Whom the guarantee is about: the manifest's. */
    unit: unitSchema,
    neighbouring: z.literal("zero-out"),
    mechanism: z.string(),
    /** Standard deviation of the noise in one value: of one aggregator's, which the guarantee counts, and of both. */
    noiseSd: z.strictObject({ one: z.number(), both: z.number() }),
    trustMode: z.literal("two-aggregators"),
    /** What this answer's ε means beside all others, at the caps of the coordinator's ledger, which recur. */
    lifetime: lifetimeSchema,
  }),
});

export type ReleaseDocument = z.infer<typeof documentSchema>;

export function encodeRelease(document: ReleaseDocument): Uint8Array {
  return utf8(canonicalJson(document as unknown as Json));
}

/** @throws PacelineError invalid_message */
export function decodeRelease(bytes: Uint8Array): ReleaseDocument {
  const json = parseJson(fromUtf8(bytes), "the release");
  const parsed = z.safeParse(documentSchema, json);
  if (parsed.success) return parsed.data;
  if (z.safeParse(z.looseObject({ paceline: z.literal("masked release") }), json).success)
    return fail("invalid_message", "this is the release of a masked training round, which holds no statistic", {
      hint: "paceline train status says what followed from it, and paceline verify checks its bundle.",
    });
  const other = z.safeParse(z.looseObject({ version: z.int() }), json);
  if (other.success && other.data.version !== VERSION)
    fail("invalid_message", `the release is of version ${other.data.version}, this Paceline reads ${VERSION}`, {
      hint: "Its bytes stay as they are; the Paceline that made them reads them.",
    });
  return fail("invalid_message", `the release's ${parsed.error.issues[0]?.path.join(".")} is wrong`);
}
