// The manifest: everything a device must know to decide whether to take part in a task, and nothing it must trust
// unseen. Signed by the task register and by the helper; see envelope.ts for the signatures, prove.ts and guard.ts for the rules.

import { fromUtf8, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { fail } from "../base/errors.ts";
import { parseJson } from "../base/json.ts";
import * as z from "../base/schema.ts";
import { encoderSchema, linearMapSchema } from "./encoder.ts";
import { MANIFEST_VERSION } from "./labels.ts";
import { signedDefinitionSchema } from "./metrics/definition.ts";
import { metricIdField } from "./metrics/fields.ts";
import { type Purpose, purposeNames } from "./purposes.ts";
import { statisticsSource } from "./statistics.ts";
import { tokensSchema } from "./tokens.ts";

const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));
const day = z.int().check(z.gte(0), z.lte(200_000));
const seconds = z.int().check(z.gte(0));
const base64url = z.string().check(z.regex(/^[A-Za-z0-9_-]*$/), z.maxLength(512));
const natural = z.string().check(z.regex(/^[1-9][0-9]{0,29}$/));

const sourceSchema = z.discriminatedUnion("kind", [
  statisticsSource,
  z.strictObject({
    kind: z.literal("model-update"),
    /** Canonical JSON of a TrainingManifest (learning/plan/training). */
    training: z.string().check(z.maxLength(65_536)),
    /** Those it reads, each once. */
    metrics: z.array(metricIdField).check(z.minLength(1), z.maxLength(64)),
  }),
]);

/**
 * Whom one report stands for. A member: devices derive its id from a secret of the member's account, so a second device or
 * a reinstalled app is refused by both aggregators. An installation: nothing tells two devices of one member apart from
 * two members.
 */
const unitNames = ["member", "installation"] as const;
export type Unit = (typeof unitNames)[number];

/** The noise each aggregator adds to its own share: a privacy event, with exact fractions as text ("7/5"). */
export const unitSchema = z.enum(unitNames);
const promised = { unit: unitSchema, neighbouring: z.literal("zero-out") };
const number = z.string().check(z.maxLength(80));
const noiseSchema = z.discriminatedUnion("mechanism", [
  z.strictObject({
    mechanism: z.literal("discrete-laplace"),
    ...promised,
    sensitivity: z.strictObject({ norm: z.literal("l1"), bound: number }),
    scale: number,
  }),
  z.strictObject({
    mechanism: z.literal("discrete-gaussian"),
    ...promised,
    sensitivity: z.strictObject({ norm: z.literal("l2-squared"), bound: number }),
    sigmaSquared: number,
  }),
]);

const vdafSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("Prio3Histogram"), length: z.int(), chunkLength: z.int() }),
  z.strictObject({ type: z.literal("Prio3SumVec"), length: z.int(), maxMeasurement: z.int(), chunkLength: z.int() }),
  z.strictObject({
    type: z.literal("Prio3MultihotCountVec"),
    length: z.int(),
    maxWeight: z.int(),
    chunkLength: z.int(),
  }),
  z.strictObject({ type: z.literal("Prio3L1BoundSum"), length: z.int(), maxValue: z.int(), chunkLength: z.int() }),
  z.strictObject({
    type: z.literal("AdditiveSum"),
    length: z.int(),
    bits: z.union([z.literal(16), z.literal(32), z.literal(64)]),
  }),
]);

/** As many metrics as a formula can read, and what splits an answer. */
const DEFINITIONS_MAX = 16;

const aggregatorSchema = z.strictObject({
  url: z.string().check(z.regex(/^https?:\/\/[^\s]{1,200}$/)),
  /** A DAP HpkeConfig, encoded. */
  hpke: base64url,
});

export const manifestSchema = z.strictObject({
  version: z.literal(MANIFEST_VERSION),
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,62}$/)),
  question: text(300),
  /** What a member reads before and after taking part. */
  notice: text(1200),
  purpose: z.enum(purposeNames as [Purpose, ...Purpose[]]),
  queryHash: base64url,
  trustMode: z.literal("two-aggregators"),
  /** Metrics, attributes and formulas of the question that are not built in: the operator's own, signed. */
  definitions: z.optional(z.array(signedDefinitionSchema).check(z.minLength(1), z.maxLength(DEFINITIONS_MAX))),
  source: sourceSchema,
  encoder: encoderSchema,
  map: linearMapSchema,
  noise: noiseSchema,
  /** zCDP of one aggregator's noise, in nano-rho. */
  rho: natural,
  /** Days the data may come from: [start, end). The DAP batch interval is this window. */
  window: z.strictObject({ start: day, end: day }),
  /** Seconds since 1970: reports are taken in [opens, closes). */
  upload: z.strictObject({ opens: seconds, closes: seconds }),
  /** Tokens of the member's budget that every report spends, where an issuer runs. */
  tokens: z.optional(tokensSchema),
  minBatch: z.int().check(z.gte(1), z.lte(1e9)),
  /** Reports the leader takes at most, where more could wrap around; those that come later are refused. */
  batchMax: z.optional(z.int().check(z.gte(1), z.lte(1e9))),
  vdaf: vdafSchema,
  aggregators: z.strictObject({ leader: aggregatorSchema, helper: aggregatorSchema }),
});

export { MANIFEST_VERSION };
export type Manifest = z.infer<typeof manifestSchema>;
/** The part of a manifest that a question or a training round decides; the coordinator adds the rest. */
export type PlannedTask = Omit<Manifest, "version" | "queryHash" | "trustMode" | "upload" | "tokens" | "aggregators">;

const BYTES_MAX = 512 * 1024;

/** The bytes that are signed. Verifiers use the bytes they receive and never call this to compare. */
export function encodeManifest(manifest: Manifest): Uint8Array {
  return utf8(canonicalJson(manifest as unknown as Json));
}

function textOf(bytes: Uint8Array): string {
  try {
    return fromUtf8(bytes);
  } catch (cause) {
    return fail("manifest_refused", "the manifest is not UTF-8", { cause });
  }
}

/** @throws PacelineError manifest_refused naming the first field that is wrong. */
export function decodeManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > BYTES_MAX)
    fail("manifest_refused", `the manifest has ${bytes.length} bytes, at most ${BYTES_MAX} are read`);
  const json = parseJson(textOf(bytes), "the manifest", "manifest_refused");
  const parsed = z.safeParse(manifestSchema, json);
  if (!parsed.success) {
    const other = z.safeParse(versioned, json);
    if (other.success && other.data.version !== MANIFEST_VERSION)
      fail(
        "manifest_refused",
        `the manifest is of version ${other.data.version}, this Paceline reads ${MANIFEST_VERSION}`,
        {
          hint: "A task of an older version is finished by the Paceline that published it; what it cost stays debited.",
        },
      );
    const issue = parsed.error.issues[0];
    fail("manifest_refused", `the manifest's ${issue?.path.join(".") || "shape"} is wrong: ${issue?.message ?? ""}`);
  }
  return parsed.data;
}

const versioned = z.looseObject({ version: z.int() });

/* @__NO_SIDE_EFFECTS__ */
function headOf({ shape }: typeof manifestSchema) {
  const { name, question, notice, purpose, window, rho, minBatch, aggregators } = shape;
  const source = z.looseObject({ kind: z.string() });
  // A masked round, whose head is read alike, has none.
  const both = z.optional(aggregators);
  return z.object({ name, question, notice, purpose, window, rho, minBatch, aggregators: both, source });
}
const headSchema = headOf(manifestSchema);
/** What a list of tasks shows of a manifest. */
export type ManifestHead = z.infer<typeof headSchema>;

/** Of a stored manifest of any version: a list goes on where the rest can no longer be read. @throws PacelineError invalid_data */
export function decodeManifestHead(bytes: Uint8Array): ManifestHead {
  const parsed = z.safeParse(headSchema, parseJson(textOf(bytes), "the manifest", "invalid_data"));
  return parsed.success ? parsed.data : fail("invalid_data", "a stored manifest cannot be read");
}
