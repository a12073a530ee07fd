// A whole training in simulation, out of the functions that devices and coordinator run: local steps, riders, rotation, scale, noise,
// the server's optimiser, the clip that follows a quantile, and the decisions that end it or turn it back.
import { fail } from "../../../base/errors.ts";
import { clipInto } from "../../../learning/device/rounding.ts";
import type { DecisionRules } from "../../../learning/plan/decisions.ts";
import type { OptimiserPlan } from "../../../learning/plan/optimiser.ts";
import {
  type AdaptiveClip,
  type EvaluationPlan,
  type RiderLayout,
  riderLayout,
} from "../../../learning/plan/riders.ts";
import type { StreamPlan } from "../../../learning/plan/stream.ts";
import { decide } from "../../../learning/server/decisions/decide.ts";
import { newHistory, rolledBack, withEvaluation } from "../../../learning/server/decisions/history.ts";
import {
  type OptimiserState,
  type Stepped,
  startOptimiser,
  stepOptimiser,
} from "../../../learning/server/optimisers/index.ts";
import { heldOutMetric, nextClip, splitRiders } from "../../../learning/server/riders.ts";
import type { Architecture } from "../../../ports/training-engine.ts";
import type { Rational } from "../../../privacy/rational.ts";
import { type CohortOptions, cohorts, type RoundCohort } from "./cohort.ts";
import { type LocalJob, type LocalTraining, unitOf } from "./local.ts";
import { type NoiseSource, releases } from "./noise.ts";
import type { TrainingPool } from "./pool.ts";

/** What a training manifest fixes, as far as a simulation needs it. */
export interface TrainingSetup {
  readonly architecture: Architecture;
  readonly initial: Float32Array;
  readonly local: LocalTraining;
  /** Of a first round's update, in model units. */
  readonly clip: number;
  readonly adaptiveClip?: AdaptiveClip;
  readonly evaluation?: EvaluationPlan;
  readonly decisions?: DecisionRules;
  readonly optimiser: OptimiserPlan;
  /** L2 distance that a round moves the model at most; default: any. */
  readonly moveMax?: number;
  readonly rounds: number;
  /** zCDP of the whole training, of one aggregator's noise; undefined: without noise. */
  readonly rho: Rational | undefined;
  readonly noise: NoiseSource;
  readonly stream?: StreamPlan;
  /** Integer units of a joint clip. */
  readonly fineness: number;
}

export interface TrainingRun {
  readonly members: number;
  readonly dropout: number;
  /** Equal setups, pools and seeds give equal bits, whatever the threads. */
  readonly seed: string;
}

/** Where devices' parts are computed: here, or on threads. */
export interface LocalRunner {
  readonly size: number;
  /** `simulateLocal` */
  local(job: LocalJob): Promise<Float64Array>;
}

export interface RoundRecord {
  /** Rounds that the model had behind it. */
  readonly round: number;
  readonly present: number;
  readonly clip: number;
  readonly noiseSd: number;
  /** What the members who are held out said of the model that the round began with, noised. */
  readonly heldOut?: { readonly accuracy: number; readonly noiseSd: number };
}

export interface Trained {
  readonly weights: Float32Array;
  readonly rounds: readonly RoundRecord[];
  readonly ended: "rounds" | "stopped";
  readonly rollbacks: number;
}

export interface Model {
  readonly weights: Float64Array;
  readonly state: OptimiserState;
  readonly clip: number;
}

/** @param progress called after each round that was paid for */
export async function simulateTraining(
  setup: TrainingSetup,
  pool: TrainingPool,
  run: TrainingRun,
  runner: LocalRunner,
  progress: (rounds: number) => void = () => undefined,
): Promise<Trained> {
  const { optimiser, decisions = {}, evaluation } = setup;
  const cohortOf = cohorts(cohortOptions(setup, pool, run));
  const release = releases({ ...setup, source: setup.noise, stream: setup.stream, seed: run.seed });
  const denominator = trainingMembers(setup, run.members);
  let model = firstModel(setup);
  /** Of the line that is followed, by the rounds behind it. */
  const models = new Map<number, Model>([[0, model]]);
  let history = newHistory;
  const records: RoundRecord[] = [];
  let round = 0;
  for (let spent = 0; spent < setup.rounds; spent++) {
    const layout = riderLayout({ ...setup, cells: setup.initial.length, clip: model.clip });
    const cohort = cohortOf(spent);
    const sum = await sumOver({ setup, pool, weights: model.weights, layout, cohort }, runner);
    const released = release(spent, layout, sum, cohort.present);
    const { update, bits, evaluation: said } = splitRiders(layout, released.sum);
    const heldOut =
      said === undefined || evaluation === undefined
        ? undefined
        : heldOutMetric(layout, said, heldOutMembers(setup, run.members), released.noiseSd);
    records.push({
      ...{ round, present: cohort.present, clip: model.clip, noiseSd: released.noiseSd },
      ...(heldOut === undefined ? {} : { heldOut: { accuracy: heldOut.accuracy, noiseSd: heldOut.noiseSd } }),
    });
    progress(spent + 1);
    if (heldOut !== undefined) {
      history = withEvaluation(history, { round, metric: heldOut.accuracy, noiseSd: heldOut.noiseSd });
      const decision = decide(history, decisions);
      if (decision.kind === "stop")
        return ended(models.get(decision.best) ?? model, records, "stopped", history.rollbacks);
      if (decision.kind === "rollback") {
        history = rolledBack(history, decision.to);
        round = decision.to;
        // With an optimiser that remembers nothing of the way there.
        const earlier = models.get(round) ?? model;
        model = { ...earlier, state: startOptimiser(optimiser, earlier.weights.length) };
        continue;
      }
    }
    const mean = update.map((x) => x / denominator);
    const { adaptiveClip } = setup;
    model = {
      ...moved(setup, model, mean),
      clip:
        adaptiveClip === undefined || bits === undefined
          ? model.clip
          : nextClip(model.clip, bits, denominator, adaptiveClip),
    };
    round += 1;
    // Only decisions ask for an earlier one.
    if (evaluation !== undefined) models.set(round, model);
  }
  return ended(model, records, "rounds", history.rollbacks);
}

/** By the optimiser, and no further than the setup allows. */
export function moved({ optimiser, moveMax }: TrainingSetup, { state, weights }: Model, mean: Float64Array): Stepped {
  const stepped = stepOptimiser(optimiser, state, weights, mean);
  if (moveMax === undefined) return stepped;
  const way = stepped.weights.map((w, i) => w - (weights[i] as number));
  clipInto(way, way, moveMax);
  return { ...stepped, weights: way.map((x, i) => (weights[i] as number) + x) };
}

/** How many are expected to train in a round: public, fixed in advance, and what sums are divided by. */
export function trainingMembers({ evaluation, stream }: TrainingSetup, members: number): number {
  return (members * (1 - (evaluation?.heldOut ?? 0))) / (stream?.separation ?? 1);
}

/** How many are expected to be held out, of those who take part in a round. */
function heldOutMembers({ evaluation, stream }: TrainingSetup, members: number): number {
  return (members * (evaluation?.heldOut ?? 0)) / (stream?.separation ?? 1);
}

function firstModel({ initial, optimiser, clip }: TrainingSetup): Model {
  return { weights: Float64Array.from(initial), state: startOptimiser(optimiser, initial.length), clip };
}

function ended(model: Model, rounds: RoundRecord[], why: Trained["ended"], rollbacks: number): Trained {
  return { weights: Float32Array.from(model.weights), rounds, ended: why, rollbacks };
}

function cohortOptions(setup: TrainingSetup, { people }: TrainingPool, run: TrainingRun): CohortOptions {
  const { members, dropout, seed } = run;
  if (people === 0 || members < 1) fail("invalid_argument", `${members} members with the data of ${people} people`);
  return {
    ...{ members, people, dropout, seed },
    heldOut: setup.evaluation?.heldOut ?? 0,
    separation: setup.stream?.separation ?? 1,
  };
}

interface RoundWork {
  readonly setup: TrainingSetup;
  readonly pool: TrainingPool;
  readonly weights: Float64Array;
  readonly layout: RiderLayout;
  readonly cohort: RoundCohort;
}

/** A job is worth its way to a thread. */
const ROWS_A_JOB = 2000;

/** In model units. */
export async function sumOver(work: RoundWork, runner: LocalRunner): Promise<Float64Array> {
  const { setup, pool, layout, cohort } = work;
  const present = Array.from({ length: pool.people }, (_, p) => p).filter(
    (p) => (cohort.training[p] as number) + (cohort.heldOut[p] as number) > 0,
  );
  const { architecture, local, evaluation } = setup;
  const shared = {
    ...{ architecture, local, layout, pool },
    ...(evaluation === undefined ? {} : { evaluation }),
    weights: Float32Array.from(work.weights),
  };
  const sums = await Promise.all(
    slices(present, pool, runner.size).map((people) =>
      runner.local({
        ...shared,
        people,
        training: people.map((p) => cohort.training[p] as number),
        heldOut: people.map((p) => cohort.heldOut[p] as number),
      }),
    ),
  );
  const total = new Float64Array(layout.length);
  for (const sum of sums) for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (sum[i] as number);
  const unit = unitOf(layout);
  return total.map((x) => x * unit);
}

/** People in their order, cut into at most `size` parts of about as many rows. */
function slices(people: readonly number[], { starts }: TrainingPool, size: number): readonly Uint32Array[] {
  const rowsOf = (p: number) => (starts[p + 1] as number) - (starts[p] as number) + 1;
  const all = people.reduce((sum, p) => sum + rowsOf(p), 0);
  const parts = Math.max(1, Math.min(size, Math.ceil(all / ROWS_A_JOB)));
  const out: number[][] = Array.from({ length: parts }, () => []);
  let before = 0;
  for (const p of people) {
    out[Math.min(parts - 1, Math.floor((before * parts) / all))]?.push(p);
    before += rowsOf(p);
  }
  return out.map((part) => Uint32Array.from(part));
}
