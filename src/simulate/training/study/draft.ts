// A training of a labelled table: a training's draft, whose features and label are the table's columns.
import { utf8 } from "../../../base/bytes.ts";
import { checkArchitecture } from "../../../learning/plan/architecture.ts";
import type { StreamPlan } from "../../../learning/plan/stream.ts";
import type { TableDraft } from "../../../learning/plan/training/draft.ts";
import { initialWeights } from "../../../learning/plan/weights.ts";
import { USUAL_BANDS } from "../../../learning/server/rounds/stream.ts";
import { chooseFactor } from "../../../privacy/factorisation/choose.ts";
import type { StudiedTraining } from "./options.ts";
import type { StudiedPeople } from "./people.ts";
import { standardiser } from "./standardise.ts";
import type { LabelledTable } from "./table.ts";

/** Fields of a training that say nothing of one on a table. */
const UNUSED = ["features", "label", "examples", "sharing", "masked", "rhoPerRound", "cohort", "end"] as const;

/** Those of them that a draft has. */
export const unusedFields = (draft: TableDraft): readonly string[] =>
  UNUSED.filter((field) => draft[field] !== undefined);

/**
 * @param personal whether a row holds each column a second time, less the person's own mean of it
 * @throws PacelineError manifest_refused for a model that devices would refuse; unsupported for correlated noise that does not help
 */
export function tableStudy(
  draft: TableDraft,
  table: LabelledTable,
  personal = false,
): { readonly training: StudiedTraining; readonly people: StudiedPeople } {
  const { layers = [], bits = 32, local: own = {} } = draft;
  const columns = table.features.length;
  const inputs = personal ? 2 * columns : columns;
  const model = { input: [inputs] as const, layers, output: { kind: "softmax", units: table.classes.length } as const };
  checkArchitecture(model);
  const { title, name, seed = name ?? title, rounds, clip, decisions } = draft;
  const stream = streamOf(draft);
  return {
    people: { people: table.people, inputs, prepare: standardiser(columns, personal) },
    training: {
      ...{ title, bits, rounds, clip, architecture: model },
      initial: initialWeights(model, utf8(seed)),
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

function streamOf({ rounds, stream }: TableDraft): StreamPlan | undefined {
  if (stream === undefined) return undefined;
  const { separation, bands = USUAL_BANDS } = stream;
  return { rounds, separation, coefficients: [...chooseFactor({ rounds, separation }, bands).coefficients] };
}
