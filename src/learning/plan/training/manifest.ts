// The training manifest: what is learned in one round, from which days, how a device trains, and how its update is bounded. Data,
// never code; it travels inside of the task's signed manifest, and a device computes nothing that is not spelled out here. The
// weights travel beside it, by their hash.
import { canonicalJson, type Json } from "../../../base/canonical.ts";
import { fail } from "../../../base/errors.ts";
import { parseJson } from "../../../base/json.ts";
import * as z from "../../../base/schema.ts";
import { architectureSchema } from "../architecture.ts";
import { decisionRulesSchema } from "../decisions.ts";
import { optimiserSchema } from "../optimiser.ts";
import { overlapSchema } from "../overlap.ts";
import { adaptiveClipSchema, evaluationSchema } from "../riders.ts";
import { trainingStreamSchema } from "../stream.ts";
import { featureSchema, labelSchema } from "./examples.ts";
import { maskedSharingSchema } from "./masked-sharing.ts";

export const TRAINING_VERSION = 2;
/** Reports, or members, that a round takes. */
export const ROUND_MEMBERS_MAX = 2 ** 20;
/** How often a training may go back to an earlier model. */
export const ROLLBACKS_MAX = 100;

const int = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));
const above0 = (most: number) => z.number().check(z.gt(0), z.lte(most));
/** base64url, without stray bits in the last character. */
const sixteenBytes = z.string().check(z.regex(/^[A-Za-z0-9_-]{21}[AQgw]$/));
const hash = z.string().check(z.regex(/^[A-Za-z0-9_-]{42}[AEIMQUYcgkosw048]$/));

export const trainingSchema = z.strictObject({
  version: z.literal(TRAINING_VERSION),
  name: z.string().check(z.regex(/^[a-z0-9][a-z0-9-]{0,40}$/)),
  /** What the model foresees, e.g. "comes less next month". */
  title: z.string().check(z.minLength(1), z.maxLength(120)),
  /** Of all rounds of one training, and of no other: 16 random bytes. */
  run: sixteenBytes,
  /** Of `of` rounds in all, unless it is stopped before. */
  round: z.strictObject({
    number: int(1, 10_000),
    of: int(1, 10_000),
    /** How often the training went back to an earlier model. */
    rollbacks: int(0, ROLLBACKS_MAX),
  }),
  /** Tasks of rounds of this training that came to nothing: never added up, in no model. The newest ones. */
  abandoned: z.optional(z.array(hash).check(z.minLength(1), z.maxLength(64))),
  features: z.array(featureSchema).check(z.minLength(1), z.maxLength(64)),
  label: labelSchema,
  examples: z.strictObject({ count: int(1, 366), everyDays: int(1, 366) }),
  architecture: architectureSchema,
  /** `hashWeights` of those the round begins with: every device trains the same model, or its share fits no other. */
  weights: hash,
  /** What a device does with them. */
  local: z.strictObject({
    epochs: int(1, 100),
    batchSize: int(1, 1024),
    learningRate: above0(100),
    momentum: z.number().check(z.gte(0), z.lt(1)),
    /** FedProx's µ, 0 for none. */
    proximal: z.number().check(z.gte(0), z.lte(100)),
  }),
  /** How an update becomes integers. */
  update: z.strictObject({
    /** L2 bound of one member's update, in model units. */
    clip: above0(1e6),
    /** Integer units a model unit. */
    scale: above0(1e9),
    /** Seed of the randomised rotation, 16 bytes: another every round. */
    rotation: sixteenBytes,
  }),
  /**
   * additive: words modulo 2^bits, the leader's masked and the helper's seed; of a modified device's, nothing is proved.
   * verified: Prio3SumVec, whose proof bounds each integer of any device; for small models.
   * masked: one coordinator sums words that members masked for each other (SecAgg+); of a modified device's, nothing is proved.
   */
  sharing: z.discriminatedUnion("kind", [
    z.strictObject({
      kind: z.literal("additive"),
      bits: z.union([z.literal(16), z.literal(32), z.literal(64)]),
      /** Of any cell of an honest sum wrapping around. */
      overflow: z.number().check(z.gte(1e-30), z.lte(0.01)),
    }),
    z.strictObject({ kind: z.literal("verified") }),
    maskedSharingSchema,
  ]),
  /** Whether updates tell if they were within the clip, and the next round's follows. */
  adaptiveClip: z.optional(adaptiveClipSchema),
  /** Who is held out to judge the model. */
  evaluation: z.optional(evaluationSchema),
  /** Noise that is correlated over the rounds, which are then paid together: see stream.ts. */
  stream: z.optional(trainingStreamSchema),
  /** Rounds that are open at the same time; left out: one after the other. See overlap.ts. */
  overlap: z.optional(overlapSchema),
  cohort: z.strictObject({
    /** What sums are divided by: public and fixed in advance, so that the model does not tell how many took part. */
    expected: int(1, 1e9),
    /** Reports that a round takes. */
    most: int(1, ROUND_MEMBERS_MAX),
  }),
  /** How the server moves the model by a round's noised mean. */
  optimiser: optimiserSchema,
  /** When it goes back to an earlier model, and when it ends before its last round. */
  decisions: decisionRulesSchema,
  /** L2 distance, in model units, that the server moves the model in one round at most. */
  moveMax: above0(1e9),
});

export type TrainingManifest = z.infer<typeof trainingSchema>;

export function encodeTraining(training: TrainingManifest): string {
  return canonicalJson(training as unknown as Json);
}

/** Its form; `checkTraining` says whether its parts hold together. @throws PacelineError manifest_refused naming what is wrong */
export function decodeTraining(text: string): TrainingManifest {
  const json = parseJson(text, "the training manifest", "manifest_refused");
  const parsed = z.safeParse(trainingSchema, json);
  if (parsed.success) return parsed.data;
  const other = z.safeParse(z.looseObject({ version: z.int() }), json);
  if (other.success && other.data.version !== TRAINING_VERSION)
    fail(
      "manifest_refused",
      `the training manifest is of version ${other.data.version}, this Paceline reads ${TRAINING_VERSION}`,
    );
  const { path, message } = parsed.error.issues[0];
  const which =
    path.length > 0 ? `the training manifest's ${path.join(".")} is wrong` : "the training manifest is wrong";
  return fail("manifest_refused", `${which}: ${message}`);
}
