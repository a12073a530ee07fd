// Accuracy against budget, by doing it: the plan's own rounds, devices' own steps, exact noise, several times a point with other
// people held out.
import { fail } from "../../../base/errors.ts";
import { maskedScale } from "../../../learning/plan/masked-scale.ts";
import { riderLayout } from "../../../learning/plan/riders.ts";
import { rotatedLength } from "../../../math/rotation.ts";
import type { TrainingEngine } from "../../../ports/training-engine.ts";
import { rhoFor } from "../../../privacy/accounting/zcdp.ts";
import { rational } from "../../../privacy/rational.ts";
import { atOnce } from "../../jobs.ts";
import { mean } from "../../mean.ts";
import { type Measured, measure } from "../engine/measure.ts";
import { sharedPool, type TrainingPool } from "../engine/pool.ts";
import { type LocalRunner, simulateTraining, type TrainingSetup } from "../engine/rounds.ts";
import { checkStudy, type TrainingStudyOptions } from "./options.ts";
import { type StudySplit, splitPeople } from "./people.ts";
import { stoppedWords, studyWords } from "./words.ts";

/** Over the repeats of a point. */
export interface Over {
  readonly mean: number;
  /** Standard error of the mean; null for one repeat. */
  readonly standardError: number | null;
  readonly low: number;
  readonly high: number;
}

export interface SetResult {
  readonly accuracy: Over | null;
  readonly macroF1: Over | null;
  readonly loss: Over;
  /** Best group's accuracy less the worst's; null where people are in no groups. */
  readonly gap: Over | null;
  readonly groups: readonly { readonly group: string; readonly accuracy: Over }[];
}

export interface TrainingPoint {
  readonly members: number;
  /** null: without noise. */
  readonly epsilon: number | null;
  /** zCDP of one aggregator's noise over the whole training, in whole billionths. */
  readonly nanoRho: string | null;
  readonly heldOut: SetResult;
  /** On examples that were kept aside of people who train. */
  readonly inUser: SetResult | null;
  /** Rounds that were paid for, on average. */
  readonly rounds: number;
  /** Trainings that these figures are of: fewer than were asked where the study was stopped. */
  readonly repeats: number;
}

export interface TrainingStudy {
  readonly version: 1;
  readonly title: string;
  readonly seed: string;
  readonly repeats: number;
  readonly delta: number;
  readonly people: number;
  readonly examples: number;
  /**
   * Share of the commonest label among the examples of held-out people: what answering always the same would reach. null for values.
   */
  readonly majority: Over | null;
  readonly says: readonly string[];
  /** Those that something is known of, each beside the same training without noise. */
  readonly points: readonly TrainingPoint[];
  /** Trainings that were done, where the study was stopped before all of them were. */
  readonly stopped: { readonly done: number; readonly of: number } | null;
}

interface Run {
  readonly members: number;
  readonly epsilon: number | null;
  readonly repeat: number;
}

interface Ran {
  readonly heldOut: Measured;
  readonly inUser: Measured | undefined;
  readonly rounds: number;
}

const OVERFLOW = 1e-9;
/** What a training in progress ends with when the study is stopped. */
const STOPPED = Symbol("stopped");

/**
 * @param runner where devices' parts are computed @param engine measures the models
 * @param progress called with the rounds that are done and that there are in all
 * @param signal when it is aborted, the study ends with the trainings that are done; those in progress end after their round
 * @throws PacelineError invalid_argument, invalid_data; whatever the runner throws ends the study
 */
export async function simulateTrainingStudy(
  options: TrainingStudyOptions,
  runner: LocalRunner,
  engine: TrainingEngine,
  progress: (done: number, total: number) => void = () => undefined,
  signal?: { readonly aborted: boolean },
): Promise<TrainingStudy> {
  checkStudy(options);
  const { members, epsilons, repeats, training, people, seed, delta } = options;
  const splits = Array.from({ length: repeats }, (_, repeat) => {
    const split = splitPeople(people, options.heldOut, `${seed}/${repeat}`);
    return { ...split, training: sharedPool(split.training) };
  });
  const points = members.flatMap((count) => [null, ...epsilons].map((epsilon) => ({ members: count, epsilon })));
  const runs = points.flatMap((point) => splits.map((_, repeat): Run => ({ ...point, repeat })));
  const ran = new Array<Ran | undefined>(runs.length).fill(undefined);
  let done = 0;
  await atOnce(runs, runner.size, async (run, at) => {
    if (signal?.aborted === true) return;
    try {
      ran[at] = await runOnce(options, splits[run.repeat] as StudySplit, run, runner, engine, () => {
        done += 1;
        progress(done, runs.length * training.rounds);
        if (signal?.aborted === true) throw STOPPED;
      });
    } catch (error) {
      if (error !== STOPPED) throw error;
    }
  });
  const finished = ran.filter((one) => one !== undefined).length;
  const stopped = finished < runs.length ? { done: finished, of: runs.length } : null;
  const some = points.flatMap((point, at) => {
    const own = ran.slice(at * repeats, (at + 1) * repeats).filter((one) => one !== undefined);
    return own.length === 0 ? [] : [{ point, ran: own }];
  });
  const free = new Set(some.flatMap(({ point }) => (point.epsilon === null ? [point.members] : [])));
  const known = some.filter(({ point }) => free.has(point.members));
  return {
    version: 1,
    ...{ title: training.title, seed, repeats, delta },
    people: people.people.length,
    examples: people.people.reduce((sum, { labels }) => sum + labels.length, 0),
    majority:
      training.architecture.output.kind === "linear" ? null : over(splits.map(({ heldOut }) => majorityOf(heldOut))),
    says: [...stoppedWords(stopped, repeats), ...options.notes, ...studyWords(options, splits[0] as StudySplit)],
    points: known.map(({ point, ran }) => pointOf(options, point, ran)),
    stopped,
  };
}

async function runOnce(
  options: TrainingStudyOptions,
  split: StudySplit,
  { members, epsilon, repeat }: Run,
  runner: LocalRunner,
  engine: TrainingEngine,
  progress: () => void,
): Promise<Ran> {
  const { training, dropout, seed } = options;
  const setup = setupFor(options, members, epsilon);
  const run = { members, dropout, seed: `${seed}/${repeat}/${members} members/${epsilon ?? "no noise"}` };
  const { weights, rounds } = await simulateTraining(setup, split.training, run, runner, progress);
  const { architecture } = training;
  const trainer = engine.open(architecture) ?? fail("unsupported", `the engine ${engine.name} lacks one of the layers`);
  const on = (pool: TrainingPool) => measure(trainer, weights, pool, architecture.output);
  return {
    heldOut: on(split.heldOut),
    inUser: split.inUser === undefined ? undefined : on(split.inUser),
    rounds: rounds.length,
  };
}

/** What a study's point trains with. @param epsilon null: without noise */
export function setupFor(
  options: Pick<TrainingStudyOptions, "training" | "noise" | "delta">,
  members: number,
  epsilon: number | null,
): TrainingSetup {
  const { training, noise } = options;
  const { title: _, bits, ...rest } = training;
  const { initial, rounds, stream } = training;
  const { jointClip, length } = riderLayout({ ...training, cells: initial.length });
  const nano = epsilon === null ? undefined : rhoFor(epsilon, options.delta);
  const perRound = nano === undefined ? 1 : Number(nano) / 1e9 / (stream === undefined ? rounds : 1);
  const fineness = () =>
    // As a training's manifest would have it, for twice as many members as are expected.
    maskedScale({
      ...{ bits, shares: 2, honest: 1, overflow: OVERFLOW, clip: jointClip, rho: perRound },
      members: Math.min(2 ** 20, 2 * members),
      dimension: rotatedLength(length),
    }).scale * jointClip;
  return {
    ...rest,
    ...{ noise, fineness: training.fineness ?? fineness() },
    rho: nano === undefined ? undefined : rational(nano, 1_000_000_000n),
  };
}

function pointOf(
  { delta }: TrainingStudyOptions,
  { members, epsilon }: Pick<Run, "members" | "epsilon">,
  ran: readonly Ran[],
): TrainingPoint {
  const inUser = ran.flatMap((one) => (one.inUser === undefined ? [] : [one.inUser]));
  return {
    ...{ members, epsilon },
    nanoRho: epsilon === null ? null : `${rhoFor(epsilon, delta)}`,
    heldOut: setOf(ran.map(({ heldOut }) => heldOut)),
    inUser: inUser.length === ran.length ? setOf(inUser) : null,
    rounds: ran.reduce((sum, { rounds }) => sum + rounds, 0) / ran.length,
    repeats: ran.length,
  };
}

function setOf(measured: readonly Measured[]): SetResult {
  const known = (of: (one: Measured) => number) => {
    const values = measured.map(of);
    return values.some(Number.isNaN) ? null : over(values);
  };
  const groups = [...new Set(measured.flatMap((one) => one.groups.map(({ group }) => group)))].sort();
  return {
    accuracy: known(({ accuracy }) => accuracy),
    macroF1: known(({ macroF1 }) => macroF1),
    loss: over(measured.map(({ loss }) => loss)),
    gap: groups.length < 2 ? null : known(({ gap }) => gap),
    groups:
      groups.length < 2
        ? []
        : groups.map((group) => {
            const own = measured.flatMap((one) => one.groups.filter((each) => each.group === group));
            return { group, accuracy: over(own.map(({ accuracy }) => accuracy)) };
          }),
  };
}

function over(values: readonly number[]): Over {
  const centre = mean(values);
  const squared = values.reduce((sum, x) => sum + (x - centre) ** 2, 0);
  const standardError = values.length < 2 ? null : Math.sqrt(squared / (values.length - 1) / values.length);
  return { mean: centre, standardError, low: Math.min(...values), high: Math.max(...values) };
}

export function majorityOf({ labels }: TrainingPool): number {
  const counts = new Map<number, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return Math.max(...counts.values()) / labels.length;
}
