// What a model file says of itself: what the model reads and foresees, and what its training cost the members it was learnt from.
// TensorFlow.js carries it along as `userDefinedMetadata`.
import * as z from "../../../base/schema.ts";
import { unitSchema } from "../../../task/manifest.ts";
import { architectureSchema } from "../architecture.ts";
import { featureSchema, labelSchema } from "../training/examples.ts";

const text = (most: number) => z.string().check(z.minLength(1), z.maxLength(most));
const base64url = (characters: number) => z.string().check(z.regex(new RegExp(`^[A-Za-z0-9_-]{${characters}}$`)));
const natural = z.int().check(z.gte(0));

/** The guarantee of all rounds together. */
const privacySchema = z.strictObject({
  /** Whom it is about: where no tokens are spent, an installation. */
  unit: unitSchema,
  neighbouring: z.literal("zero-out"),
  /** Who must not collude. */
  trustMode: z.enum(["two-aggregators", "one-coordinator"]),
  /** zCDP of all rounds' debits, in nano-rho, as ledgers count it. */
  rho: z.string().check(z.regex(/^(0|[1-9][0-9]{0,18})$/)),
  /** What that implies. */
  epsilon: z.number().check(z.gte(0)),
  delta: z.number().check(z.gte(0), z.lt(1)),
  /** Of which law the noise of a round was, in words. */
  mechanism: text(200),
});

const namedSchema = z.strictObject({ name: text(41), title: text(80) });

const roundSchema = z.strictObject({
  /** base64url of the DAP task id. */
  task: base64url(43),
  /** base64url of the SHA-256 of the round's release bundle. */
  bundle: base64url(43),
});

export const cardSchema = z.strictObject({
  paceline: z.literal("model"),
  version: z.literal(1),
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,40}$/)),
  /** What the model foresees, e.g. "comes less next month". */
  title: text(120),
  architecture: architectureSchema,
  /** What each number of a row is, in order: as the training's manifest defines it, so that a device can make it, or a name alone. */
  features: z.array(z.union([featureSchema, namedSchema])).check(z.maxLength(4096)),
  /** What was foreseen, as the manifest defines it; null where it does not. */
  label: z.nullable(labelSchema),
  /** Names of the outputs, one each. */
  outputs: z.array(text(80)).check(z.minLength(1), z.maxLength(256)),
  /** base64url of `hashWeights`. */
  weights: base64url(43),
  /** What of other people's data is in the weights; null for a model that nobody's went into. */
  privacy: z.nullable(privacySchema),
  /** The run that the rounds belong to, and the rounds that were paid for, in order. */
  training: z.nullable(
    z.strictObject({ run: z.nullable(base64url(22)), rounds: z.array(roundSchema).check(z.maxLength(10_000)) }),
  ),
  /** Unix milliseconds. */
  made: natural,
});

export type ModelCard = z.infer<typeof cardSchema>;
