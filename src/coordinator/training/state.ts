// A training as its coordinator keeps it between two moments: data, written in one transaction with the model that belongs to it.
import { type AbandonedRound, type ClosedRound, trainingPhases } from "../../api/training.ts";
import { canonicalJson, type Json } from "../../base/canonical.ts";
import { fail } from "../../base/errors.ts";
import { parseJson } from "../../base/json.ts";
import * as z from "../../base/schema.ts";
import { type TrainingManifest, trainingSchema } from "../../learning/plan/training/manifest.ts";
import type { TrainingHistory } from "../../learning/server/decisions/history.ts";

/** A round that devices answer, or will: decided on before anybody is asked, so that it is asked once, whenever the service dies. */
export interface OpenRound {
  /** What is asked, to the byte. */
  readonly training: TrainingManifest;
  /** `RunState.given` when it was decided on. */
  readonly given: number;
  /** Its task, once it is published. */
  readonly task: string | null;
  /** How often it was asked before, without a quorum. */
  readonly attempts: number;
}

export interface RunState {
  readonly version: 2;
  readonly phase: (typeof trainingPhases)[number];
  readonly because: string | null;
  /** Of the first round that was never asked, with the newest model. */
  readonly training: TrainingManifest;
  /** In the order in which they were decided on: one, or as many as may overlap. */
  readonly open: readonly OpenRound[];
  /** Numbers of rounds that came to nothing and are asked again, before any other. */
  readonly again: readonly { readonly number: number; readonly attempts: number }[];
  /** How many tasks came to nothing: the next one is another, whatever else is the same. */
  readonly given: number;
  readonly terms: {
    /** zCDP of a round, or of all rounds of a stream, as a decimal. */
    readonly rho: string;
    readonly minBatch: number;
    /** First day after the data window. */
    readonly end: number;
  };
  /** Hashes of the models on this line, the first one's at 0; the last is the newest. */
  readonly line: readonly string[];
  readonly history: TrainingHistory;
  readonly rounds: readonly ClosedRound[];
  /** Rounds that came to nothing, the oldest first. */
  readonly abandoned: readonly AbandonedRound[];
  /** Of these, the tasks that the helper may still take reports of. */
  readonly untold: readonly string[];
  /** Tasks that were published, in nano-rho: those of rounds without a quorum too. */
  readonly spent: string;
}

const stateSchema = z.looseObject({
  version: z.union([z.literal(1), z.literal(2)]),
  phase: z.enum(trainingPhases),
  training: trainingSchema,
});

export function encodeState(state: RunState): string {
  return canonicalJson(state as unknown as Json);
}

/** Of this service's own: its version and its training are looked at. @throws PacelineError invalid_data */
export function decodeState(text: string): RunState {
  const parsed = z.safeParse(stateSchema, parseJson(text, "a training's state", "invalid_data"));
  if (!parsed.success) return fail("invalid_data", "a training's stored state is none that this Paceline reads");
  // What was begun before these were kept has none.
  const state = { abandoned: [], untold: [], ...parsed.data };
  return state.version === 2 ? (state as unknown as RunState) : later(state as unknown as FormerState);
}

/** Before rounds could overlap: `training` and `task` were of the round that was open, or came next. */
interface FormerState extends Omit<RunState, "version" | "open" | "again"> {
  readonly task: string | null;
  readonly attempts: number;
}

/** A round without a task may have been asked all the same, by a coordinator that was killed before it wrote that down. */
function later({ task, attempts, ...state }: FormerState): RunState {
  const { training, given, phase } = state;
  const { number, of } = training.round;
  const rest = { ...state, version: 2, again: [] } as const;
  const asking = number <= of && (phase === "running" || phase === "stopped");
  if (task === null && !asking) return { ...rest, open: [] };
  const next = { ...training, round: { ...training.round, number: number + 1 } };
  return { ...rest, training: next, open: [{ training, given, task, attempts }] };
}

/** What asking the present round cost, as a decimal: all rounds of a stream are paid with the first that is asked. */
export function costOf({ training, terms, rounds, abandoned }: RunState): string {
  return training.stream === undefined || rounds.length + abandoned.length === 0 ? terms.rho : "0";
}
