// What follows from a round's release: how its model did on the members who are held out, where the training goes from here, and the
// next round. Pure, so that a coordinator that starts again comes to the same bits; one function for rounds that go one after the other
// and for those that overlap, of which `staleness.ts` has the proof.
import { fromBase64Url, toBase64Url } from "../../../base/bytes.ts";
import { fail } from "../../../base/errors.ts";
import type { Crypto } from "../../../ports/crypto.ts";
import { boundsOf, type TrainingBounds } from "../../plan/training/bounds.ts";
import type { TrainingManifest } from "../../plan/training/manifest.ts";
import { planOf } from "../../plan/training/stream.ts";
import { hashWeights } from "../../plan/weights.ts";
import { type Decision, decide } from "../decisions/decide.ts";
import { rolledBack, type TrainingHistory, withEvaluation } from "../decisions/history.ts";
import { maskedMean } from "../masked-mean.ts";
import { type OptimiserState, startOptimiser, stepOptimiser } from "../optimisers/index.ts";
import { type HeldOutMetric, heldOutMetric, nextClip, splitRiders } from "../riders.ts";
import { decodedSd, decodeRound } from "../stream/decode.ts";
import { rotationOf } from "./rotation.ts";
import { stalenessWeight } from "./staleness.ts";

/** A training as it stands before a round is closed. */
export interface Standing {
  /** Of the round that comes next. */
  readonly training: TrainingManifest;
  readonly weights: Float32Array;
  readonly optimiser: OptimiserState;
  readonly history: TrainingHistory;
  /** Hashes of the models on this line, the first model's at 0; the last is that of `weights`. */
  readonly line: readonly string[];
  /** Of a stream: see `ServerMemory`. */
  readonly decoded: readonly Float64Array[];
}

export interface Closed {
  readonly next: Standing;
  /** How the round's own model did; undefined where nobody is held out. */
  readonly metric: HeldOutMetric | undefined;
  readonly decision: Decision;
  /** L2 distance in model units that the server moved the model, and whether it would have been more. */
  readonly moved: number;
  readonly held: boolean;
  /** Server steps between the model that the round began with and the one that it moved. */
  readonly behind: number;
}

/** What a round said, as it was asked. */
export interface RoundRelease {
  readonly training: TrainingManifest;
  /** Integers, one a cell. */
  readonly values: readonly number[];
  /** Of the noise in one of them, in integer units squared. */
  readonly variance: number;
}

/** Single precision moves weights a little more. */
const MOVE_MARGIN = 0.999;

/**
 * @param release of the round that comes next, or of one that was opened before and overlaps others
 * @param modelOf the weights of a model on the line, by its hash
 */
export async function closeRound(
  crypto: Pick<Crypto, "sha256">,
  standing: Standing,
  release: RoundRelease,
  modelOf: (hash: string) => Promise<Float32Array>,
): Promise<Closed> {
  const { training } = release;
  const begun = training.overlap?.steps ?? standing.line.length - 1;
  const behind = standing.line.length - 1 - begun;
  if (behind < 0) fail("internal", "a round begins on a model that there is");
  const bounds = boundsOf(training);
  const { cells, decoded, sdFactor } = decodedCells(standing, release);
  const sums = splitRiders(bounds.riders, sumOf(training, bounds, cells));
  const { evaluation, adaptiveClip, cohort, update } = training;
  const metric =
    evaluation && sums.evaluation
      ? heldOutMetric(
          bounds.riders,
          sums.evaluation,
          cohort.expected * evaluation.heldOut,
          (sdFactor * Math.sqrt(release.variance)) / update.scale,
        )
      : undefined;
  const history = metric === undefined ? standing.history : withMetric(standing.history, begun, metric);
  const decision = decide(history, training.decisions);
  const trainers = cohort.expected * (1 - (evaluation?.heldOut ?? 0));
  const clip =
    adaptiveClip && sums.bits !== undefined ? nextClip(update.clip, sums.bits, trainers, adaptiveClip) : update.clip;
  const step =
    decision.kind === "continue"
      ? forward(standing, sums.update, trainers, stalenessWeight(behind))
      : await backward(standing, decision, modelOf);
  const hash = toBase64Url(await hashWeights(crypto, step.weights));
  const line = decision.kind === "continue" ? [...standing.line, hash] : standing.line.slice(0, lineOf(decision) + 1);
  // Of rounds that overlap, others may have been asked since.
  const number = Math.max(standing.training.round.number, training.round.number + 1);
  const round = {
    ...training.round,
    number,
    rollbacks: training.round.rollbacks + (decision.kind === "rollback" ? 1 : 0),
  };
  const { abandoned } = standing.training;
  const overlap = training.overlap && { ...training.overlap, steps: line.length - 1 };
  // Of a stream's rounds the noise cancels in one and the same rotation.
  const rotation =
    training.stream === undefined
      ? await rotationOf(crypto, { run: training.run, number, weights: hash })
      : update.rotation;
  // The integers stay within the same bounds, whatever the clip.
  const scale = (update.scale * update.clip) / clip;
  return {
    next: {
      training: {
        ...{ ...training, round, weights: hash, update: { clip, scale, rotation } },
        ...(abandoned && { abandoned }),
        ...(overlap && { overlap }),
      },
      weights: step.weights,
      optimiser: step.optimiser,
      history: decision.kind === "rollback" ? rolledBack(history, decision.to) : history,
      ...{ line, decoded },
    },
    ...{ metric, decision, moved: step.moved, held: step.held, behind },
  };
}

const lineOf = (decision: Exclude<Decision, { kind: "continue" }>): number =>
  decision.kind === "rollback" ? decision.to : decision.best;

/** The round's noised sum, from its release and those before it. */
function decodedCells({ decoded: before }: Standing, { training, values }: RoundRelease) {
  const { stream, round } = training;
  if (stream === undefined) return { cells: Float64Array.from(values), decoded: [], sdFactor: 1 };
  const plan = planOf(training, stream);
  const cells = decodeRound(plan, values, before);
  const decoded = [cells, ...before].slice(0, plan.coefficients.length - 1);
  return { cells, decoded, sdFactor: decodedSd(plan, round.number - 1) };
}

/** In model units, not divided by anything. */
function sumOf({ update }: TrainingManifest, { riders, dimension }: TrainingBounds, cells: Float64Array) {
  if (cells.length !== dimension) fail("internal", "a round's release has one value a cell");
  return maskedMean(cells, {
    ...{ scale: update.scale, rotationSeed: fromBase64Url(update.rotation), length: riders.length, denominator: 1 },
  });
}

/** A model that the training came back to, or that several rounds began with, was judged before. */
function withMetric(history: TrainingHistory, round: number, { accuracy, noiseSd }: HeldOutMetric): TrainingHistory {
  if (history.evaluations.some((one) => one.round === round)) return history;
  return withEvaluation(history, { round, metric: accuracy, noiseSd });
}

interface Step {
  readonly weights: Float32Array;
  readonly optimiser: OptimiserState;
  readonly moved: number;
  readonly held: boolean;
}

/** By the optimiser, and no further than the training states. */
function forward({ training, weights, optimiser }: Standing, sum: Float64Array, members: number, weight: number): Step {
  const mean = sum.map((cell) => weight * (cell / members));
  const stepped = stepOptimiser(training.optimiser, optimiser, weights, mean);
  let squared = 0;
  for (let i = 0; i < weights.length; i++) squared += ((stepped.weights[i] as number) - (weights[i] as number)) ** 2;
  const norm = Math.sqrt(squared);
  const most = training.moveMax * MOVE_MARGIN;
  const part = norm > most ? most / norm : 1;
  const next = Float32Array.from(weights, (w, i) => w + part * ((stepped.weights[i] as number) - w));
  return { weights: next, optimiser: stepped.state, moved: norm * part, held: part < 1 };
}

/** To an earlier model, with an optimiser that remembers nothing of the way there. */
async function backward(
  { training, weights, line }: Standing,
  decision: Exclude<Decision, { kind: "continue" }>,
  modelOf: (hash: string) => Promise<Float32Array>,
): Promise<Step> {
  const hash = line[lineOf(decision)] ?? fail("internal", "a training goes back to a model of its own");
  const earlier = await modelOf(hash);
  const squared = earlier.reduce((sum, w, i) => sum + (w - (weights[i] as number)) ** 2, 0);
  const optimiser = startOptimiser(training.optimiser, weights.length);
  return { weights: earlier, optimiser, moved: Math.sqrt(squared), held: false };
}
