// A training of a labelled table, as its author writes it down: a training's draft without features and label, which are the table's
// columns.
import { utf8 } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import * as z from "../../../base/schema.ts";
import { checkArchitecture } from "../../../learning/plan/architecture.ts";
import { decisionRulesSchema } from "../../../learning/plan/decisions.ts";
import { streamSchema } from "../../../learning/plan/stream.ts";
import { localDraftSchema } from "../../../learning/plan/training/draft.ts";
import { trainingSchema } from "../../../learning/plan/training/manifest.ts";
import { initialWeights } from "../../../learning/plan/weights.ts";
import { checkFactor } from "../../../privacy/factorisation/choose.ts";
import type { StudiedTraining } from "./options.ts";
import type { StudiedPeople } from "./people.ts";
import { standardiser } from "./standardise.ts";
import type { LabelledTable } from "./table.ts";

const { title, architecture, update, adaptiveClip, evaluation, optimiser, moveMax } = trainingSchema.shape;

const tableDraftSchema = z.strictObject({
  title,
  /** Hidden layers; none for a linear model. */
  layers: z.optional(architecture.shape.layers),
  /** Whether a row holds each column a second time, less the person's own mean of it. */
  personal: z.optional(z.boolean()),
  rounds: z.int().check(z.gte(1), z.lte(10_000)),
  /** Default: one step over all of a member's examples, with learning rate 1. */
  local: z.optional(localDraftSchema),
  clip: update.shape.clip,
  bits: z.optional(z.union([z.literal(16), z.literal(32), z.literal(64)])),
  adaptiveClip,
  evaluation,
  /** Default: FedAvg with a step of 1. */
  optimiser: z.optional(optimiser),
  decisions: z.optional(decisionRulesSchema),
  moveMax: z.optional(moveMax),
  /** Noise that is correlated over the rounds. */
  stream: z.optional(streamSchema),
});

export type TableDraft = z.infer<typeof tableDraftSchema>;

/** @throws PacelineError invalid_query naming the field that is wrong */
export function readTableDraft(json: unknown): TableDraft {
  const parsed = z.safeParse(tableDraftSchema, json);
  if (parsed.success) return parsed.data;
  const path = parsed.error.issues[0]?.path.join(".");
  return fail("invalid_query", `the training's ${path || "shape"} is wrong`, {
    hint: "docs/simulating.md has an example, and all fields.",
  });
}

/** @throws PacelineError manifest_refused for a model that devices would refuse; unsupported for correlated noise that does not help */
export function tableStudy(
  draft: TableDraft,
  table: LabelledTable,
): { readonly training: StudiedTraining; readonly people: StudiedPeople } {
  const { layers = [], personal = false, bits = 32, local: own = {} } = draft;
  const columns = table.features.length;
  const inputs = personal ? 2 * columns : columns;
  const model = { input: [inputs] as const, layers, output: { kind: "softmax", units: table.classes.length } as const };
  checkArchitecture(model);
  if (draft.stream !== undefined) checkFactor(draft.stream.coefficients, draft.stream);
  const { title: said, rounds, clip, stream, decisions } = draft;
  return {
    people: { people: table.people, inputs, prepare: standardiser(columns, personal) },
    training: {
      ...{ title: said, bits, rounds, clip, architecture: model },
      initial: initialWeights(model, utf8(said)),
      local: {
        epochs: own.epochs ?? 1,
        batchSize: own.batchSize ?? 1024,
        learningRate: own.learningRate ?? 1,
        momentum: own.momentum ?? 0,
        proximal: own.proximal ?? 0,
      },
      optimiser: draft.optimiser ?? { kind: "fedavg", learningRate: 1 },
      ...(draft.adaptiveClip && { adaptiveClip: draft.adaptiveClip }),
      ...(draft.evaluation && { evaluation: draft.evaluation }),
      ...(decisions && { decisions }),
      ...(draft.moveMax !== undefined && { moveMax: draft.moveMax }),
      ...(stream && { stream }),
    },
  };
}
