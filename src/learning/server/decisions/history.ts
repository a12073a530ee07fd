// What was said of a training's models so far: one evaluation a model. In whatever order, however often and after whatever restart they
// are told, the same evaluations make the same history.
import { fail } from "../../../base/errors.ts";

export interface ModelEvaluation {
  /** Rounds that the model has behind it on its own line: 0 is the first model. */
  readonly round: number;
  /** Noised; more is better. */
  readonly metric: number;
  /** Standard deviation of the noise in it. */
  readonly noiseSd: number;
}

export interface TrainingHistory {
  /** By round, each once; without those of models that were given up. */
  readonly evaluations: readonly ModelEvaluation[];
  /** How often the training went back. */
  readonly rollbacks: number;
}

export const newHistory: TrainingHistory = { evaluations: [], rollbacks: 0 };

/** @throws PacelineError conflict when the round's model has another evaluation; invalid_argument for numbers that are none */
export function withEvaluation(history: TrainingHistory, evaluation: ModelEvaluation): TrainingHistory {
  const { round, metric, noiseSd } = evaluation;
  if (!(Number.isInteger(round) && round >= 0 && Number.isFinite(metric) && noiseSd >= 0 && Number.isFinite(noiseSd)))
    fail("invalid_argument", `an evaluation of ${metric} ± ${noiseSd} for round ${round}`);
  const known = history.evaluations.find((one) => one.round === round);
  if (known === undefined) {
    const evaluations = [...history.evaluations, { round, metric, noiseSd }].sort((a, b) => a.round - b.round);
    return { ...history, evaluations };
  }
  if (known.metric !== metric || known.noiseSd !== noiseSd)
    fail("conflict", `round ${round} has an evaluation of ${known.metric} already`);
  return history;
}

/**
 * The history of the line that goes on from the model of round `to`. That model is sent out again and judged afresh: it was taken for
 * the best of several, and the noise that may have made it so is not kept.
 */
export function rolledBack({ evaluations, rollbacks }: TrainingHistory, to: number): TrainingHistory {
  return { evaluations: evaluations.filter(({ round }) => round < to), rollbacks: rollbacks + 1 };
}
