// A training as its author writes it down, in a JSON file: formulas as text, and only what differs from the usual. The coordinator
// makes the first round's manifest of it.
import { fail } from "../../../base/errors.ts";
import * as z from "../../../base/schema.ts";
import { OVERLAP_MAX } from "../overlap.ts";
import { STREAM_ROUNDS_MAX } from "../stream.ts";
import { featureSchema } from "./examples.ts";
import { ROUND_MEMBERS_MAX, trainingSchema } from "./manifest.ts";

/** "steps / 1000": numbers, ids of metrics and formulas of the registry, + - * /, min() and max(). */
const formula = z.string().check(z.minLength(1), z.maxLength(256));
/** As `trainingSchema` has them, with a formula in place of the tree; a label's kind says what else it has. */
const featureDraft = z.extend(featureSchema, { value: formula });
const labelDraft = z.looseObject({ value: formula });

const { name, title, local, adaptiveClip, evaluation, optimiser, decisions, moveMax, architecture } =
  trainingSchema.shape;
const int = (least: number, most: number) => z.int().check(z.gte(least), z.lte(most));

const steps = local.shape;
/** Of local steps what an author says; the rest has defaults. */
export const localDraftSchema = z.strictObject({
  epochs: z.optional(steps.epochs),
  batchSize: z.optional(steps.batchSize),
  learningRate: z.optional(steps.learningRate),
  momentum: z.optional(steps.momentum),
  proximal: z.optional(steps.proximal),
});

const share = (most: number) => z.number().check(z.gte(0), z.lte(most));
const maskedDraftSchema = z.strictObject({
  /** At most this share of a round's members is taken to collude with the coordinator. Default: 0.05. */
  corrupt: z.optional(share(0.33)),
  /** At most this share may leave before the end. Default: 0.3. */
  dropouts: z.optional(share(0.5)),
  /** How long members may join, and how long each of six stages waits for them. Default: 21,600 and 3,600. */
  joinSeconds: z.optional(int(1, 7 * 86_400)),
  stageSeconds: z.optional(int(1, 86_400)),
});

const decimal = z.string().check(z.regex(/^\d{1,3}(\.\d{1,9})?$/));
const streamDraftSchema = z.strictObject({
  /** zCDP of one aggregator's noise in all rounds together. */
  rho: decimal,
  /** A member takes part in one round of so many. */
  separation: int(2, STREAM_ROUNDS_MAX),
  /** Each aggregator keeps its shares of the sums of so many rounds, less one. Default: 16. */
  bands: z.optional(int(2, 32)),
  /** All rounds must be over in so many days, whose weeks pay for them. Default: twice what they take. */
  days: z.optional(int(1, 90)),
});

const draftSchema = z.strictObject({
  name,
  title,
  features: z.array(featureDraft).check(z.minLength(1), z.maxLength(64)),
  label: labelDraft,
  /** Default: one example a member. */
  examples: z.optional(trainingSchema.shape.examples),
  /** Hidden layers; none for a linear model. The output follows from the label. */
  layers: z.optional(architecture.shape.layers),
  /** Of the weights the model begins with. Default: the name. */
  seed: z.optional(z.string().check(z.maxLength(80))),
  rounds: int(1, 10_000),
  /** Rounds that may be open at one time. Default: 1, one after the other. */
  overlap: z.optional(int(1, OVERLAP_MAX)),
  /** Default: one step over all of a member's examples, with learning rate 1. */
  local: z.optional(localDraftSchema),
  /** L2 bound of one member's update, in model units. */
  clip: trainingSchema.shape.update.shape.clip,
  /** Default: additive, 32 bits. masked: one coordinator sums, and a registrar says who is in the round. */
  sharing: z.optional(z.enum(["additive", "verified", "masked"])),
  /** Of a masked training. */
  masked: z.optional(maskedDraftSchema),
  bits: z.optional(z.union([z.literal(16), z.literal(32), z.literal(64)])),
  adaptiveClip,
  evaluation,
  /** Default: FedAvg with a step of 1. */
  optimiser: z.optional(optimiser),
  decisions: z.optional(decisions),
  /** Default: 20 times the clip. */
  moveMax: z.optional(moveMax),
  /** zCDP of one aggregator's noise in one round, as a decimal; not with a stream. */
  rhoPerRound: z.optional(decimal),
  /** Noise that is correlated over the rounds. */
  stream: z.optional(streamDraftSchema),
  cohort: z.strictObject({
    /** How many members are expected to take part in a round. */
    expected: int(1, 1e9),
    /** Reports without which a round is not released; of a masked one, members without whom there is none. */
    least: int(1, 1e9),
    /** Reports with which a round is closed before its time. Default: twice as many as expected. */
    most: z.optional(int(1, ROUND_MEMBERS_MAX)),
  }),
  /** The last day of the data, ISO. Default: yesterday. */
  end: z.optional(z.string().check(z.regex(/^\d{4}-\d{2}-\d{2}$/))),
});
export type TrainingDraft = z.infer<typeof draftSchema>;

const { features, label, cohort, ...others } = draftSchema.shape;
/** The same form, of which a labelled table gives what members' days are read for. */
const tableDraftSchema = z.strictObject({
  ...others,
  name: z.optional(name),
  features: z.optional(features),
  label: z.optional(label),
  cohort: z.optional(cohort),
});
/** A training that is simulated on a labelled table. */
export type TableDraft = z.infer<typeof tableDraftSchema>;

/** @throws PacelineError invalid_query naming the field that is wrong */
export function readDraft(json: unknown): TrainingDraft {
  const parsed = z.safeParse(draftSchema, json);
  if (!parsed.success) return refuse(parsed.error.issues[0], json);
  rhoOf(parsed.data);
  return parsed.data;
}

/** @throws PacelineError invalid_query naming the field that is wrong */
export function readTableDraft(json: unknown): TableDraft {
  const parsed = z.safeParse(tableDraftSchema, json);
  return parsed.success ? parsed.data : refuse(parsed.error.issues[0], json);
}

function refuse(
  issue: { readonly path: readonly PropertyKey[]; readonly message?: string } | undefined,
  json: unknown,
): never {
  const path = issue?.path ?? [];
  const missing = path.length === 1 && !Object.hasOwn(Object(json), path[0] as string);
  const why = issue?.message ? `: ${issue.message}` : "";
  return fail(
    "invalid_query",
    missing ? `the training has no ${String(path[0])}` : `the training's ${path.join(".") || "shape"} is wrong${why}`,
    {
      hint:
        missing && (path[0] === "features" || path[0] === "label")
          ? "Devices read members' days by them. A training without them is one of a table, for paceline simulate train --table."
          : "docs/training.md lists the fields of a training.",
    },
  );
}

/** What a round costs, or all rounds of a stream. @throws PacelineError invalid_query unless one of both is said */
export function rhoOf({ rhoPerRound, stream }: Pick<TrainingDraft, "rhoPerRound" | "stream">): string {
  const said = rhoPerRound ?? stream?.rho;
  if (said === undefined) return fail("invalid_query", "the training does not say what it costs: give rhoPerRound");
  if (rhoPerRound !== undefined && stream !== undefined)
    fail(
      "invalid_query",
      "the training says what a round costs, and its stream what all of them cost: leave out rhoPerRound",
    );
  return said;
}
