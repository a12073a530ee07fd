// Whether overlapping rounds pay: how long a training takes to an accuracy, for each number of rounds that may be open at one time, with
// devices that come by now and then. Budget, cohort and rounds are the same for all; time and staleness are not.
import { fail } from "../../../base/errors.ts";
import { OVERLAP_MAX } from "../../../learning/plan/overlap.ts";
import type { TrainingEngine } from "../../../ports/training-engine.ts";
import { mean } from "../../mean.ts";
import { type ArrivalOptions, type ScheduledRound, schedule } from "../engine/arrivals.ts";
import { measure } from "../engine/measure.ts";
import { checkOverlapped, simulateOverlapped } from "../engine/overlapped.ts";
import { sharedPool } from "../engine/pool.ts";
import type { LocalRunner } from "../engine/rounds.ts";
import { checkStudy, type TrainingStudyOptions } from "./options.ts";
import { splitPeople } from "./people.ts";
import { majorityOf, setupFor } from "./study.ts";

export interface OverlapStudyOptions {
  readonly overlaps: readonly number[];
  /** Of the members, whose reports close a round. */
  readonly share: number;
  /** Hours. */
  readonly deadline: number;
  readonly visits: ArrivalOptions["visits"];
}

/** Over the repeats, after so many releases. */
export interface OverlapMoment {
  readonly releases: number;
  readonly hours: number;
  readonly accuracy: number;
}

export interface OverlapPoint {
  readonly overlap: number;
  readonly moments: readonly OverlapMoment[];
  /** Mean of τ over all rounds: releases that came in since a round's model. */
  readonly behind: number;
  /** Mean number of rounds that closed at their deadline with fewer reports than the goal, which services would ask again. */
  readonly short: number;
  /** Until the mean accuracy is the target for good; null where it never is, or there is no target. */
  readonly hoursToTarget: number | null;
}

export interface OverlapStudy {
  readonly version: 1;
  readonly title: string;
  readonly seed: string;
  readonly members: number;
  readonly epsilon: number | null;
  readonly repeats: number;
  /** Mean accuracy, on people who were held out, of always answering their commonest label. */
  readonly majority: number;
  /** Near what one round after the other ends with; null where that is no better than the majority. */
  readonly target: number | null;
  readonly says: readonly string[];
  readonly points: readonly OverlapPoint[];
}

/** Of the accuracy that one round after the other ends with. */
const NEARLY = 0.98;

/** @throws PacelineError invalid_argument naming what is out of bounds, or does not go with overlapping rounds */
export async function simulateOverlapStudy(
  options: TrainingStudyOptions & OverlapStudyOptions,
  runner: LocalRunner,
  engine: TrainingEngine,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<OverlapStudy> {
  const { members, epsilon } = checked(options);
  const { training, repeats, seed, share, deadline, visits } = options;
  const overlaps = [...new Set([1, ...options.overlaps])].sort((a, b) => a - b);
  const setup = setupFor(options, members, epsilon);
  checkOverlapped(setup);
  const trainer = engine.open(training.architecture) ?? fail("unsupported", `${engine.name} lacks one of the layers`);
  const goal = Math.max(1, Math.round(share * members));
  const total = overlaps.length * repeats * training.rounds;
  let done = 0;
  const points: Omit<OverlapPoint, "hoursToTarget">[] = [];
  for (const overlap of overlaps) {
    const runs: { round: ScheduledRound; accuracy: number }[][] = [];
    for (let repeat = 0; repeat < repeats; repeat++) {
      const split = splitPeople(options.people, options.heldOut, `${seed}/${repeat}`);
      // The same devices, whatever overlaps.
      const own = `${seed}/${repeat}/${members} members`;
      const rounds = schedule({ members, rounds: training.rounds, overlap, goal, deadline, visits, seed: own });
      const run: (typeof runs)[number] = [];
      const noise = { rounds, expected: goal, seed: `${own}/overlap ${overlap}/${epsilon ?? "no noise"}` };
      await simulateOverlapped(setup, sharedPool(split.training), noise, runner, (weights, round) => {
        const { accuracy } = measure(trainer, weights, split.heldOut, training.architecture.output);
        run.push({ round, accuracy });
        progress(++done, total);
      });
      runs.push(run);
    }
    points.push(pointOf(overlap, runs, goal));
  }
  const majority = mean(
    Array.from({ length: repeats }, (_, repeat) =>
      majorityOf(splitPeople(options.people, options.heldOut, `${seed}/${repeat}`).heldOut),
    ),
  );
  const end = points[0]?.moments.at(-1)?.accuracy ?? 0;
  const target = end > majority ? NEARLY * end : null;
  return {
    version: 1,
    ...{ title: training.title, seed, members, epsilon, repeats, majority, target },
    says: says(options, goal),
    points: points.map((point) => ({ ...point, hoursToTarget: reached(point.moments, target) })),
  };
}

function checked(options: TrainingStudyOptions & OverlapStudyOptions) {
  checkStudy(options);
  const { members, epsilons, overlaps, share, deadline, visits, training, dropout } = options;
  const [count, ...more] = members;
  if (count === undefined || more.length > 0 || epsilons.length > 1)
    return fail("invalid_argument", "overlapping rounds are simulated for one number of members and one epsilon");
  const within = (value: number, least: number, most: number, what: string) => {
    if (!(value >= least && value <= most))
      fail("invalid_argument", `${what} is from ${least} to ${most}, not ${value}`);
  };
  for (const overlap of overlaps) {
    within(overlap, 1, OVERLAP_MAX, "overlap");
    if (!Number.isInteger(overlap)) fail("invalid_argument", `overlap is a whole number, not ${overlap}`);
  }
  within(share, 0.01, 1, "the share of members who close a round");
  within(deadline, 0.01, 10_000, "the hours for reports");
  within(visits.median, 0.01, 10_000, "the hours between visits");
  within(visits.spread, 0, 3, "the spread of visits");
  if (training.architecture.output.kind === "linear") fail("invalid_argument", "a model of values has no accuracy");
  if (dropout !== 0) fail("invalid_argument", "who drops out of overlapping rounds follows from when devices come by");
  return { members: count, epsilon: epsilons[0] ?? null };
}

function pointOf(overlap: number, runs: readonly { round: ScheduledRound; accuracy: number }[][], goal: number) {
  const moments = (runs[0] ?? []).map((_, step): OverlapMoment => {
    const at = runs.map((run) => run[step] as (typeof run)[number]);
    return {
      releases: step + 1,
      hours: mean(at.map(({ round }) => round.closed)),
      accuracy: mean(at.map(({ accuracy }) => accuracy)),
    };
  });
  const isShort = ({ round }: { round: ScheduledRound }) => round.answered.reduce((sum, one) => sum + one, 0) < goal;
  return {
    ...{ overlap, moments },
    behind: mean(runs.flatMap((run) => run.map(({ round }, step) => step - round.steps))),
    short: mean(runs.map((run) => run.filter(isShort).length)),
  };
}

function reached(moments: readonly OverlapMoment[], target: number | null): number | null {
  if (target === null) return null;
  const below = moments.findLastIndex(({ accuracy }) => accuracy < target);
  return moments[below + 1]?.hours ?? null;
}

function says(options: TrainingStudyOptions & OverlapStudyOptions, goal: number): readonly string[] {
  const { visits, deadline, repeats, heldOut } = options;
  return [
    `Devices come by every ${visits.median} hours at the median, log-normal with a spread of ${visits.spread}, and answer all rounds that are open then; a round closes with ${goal} reports or after ${deadline} hours.`,
    "Rounds, cohort and budget are the same for all: each round is charged in full, to everyone, whether or not others are open. The sum is divided by the reports that close a round.",
    "A release moves the present model by 1/√(1 + τ) of its mean, τ the releases since the model that its round began with.",
    `Accuracy is the mean of ${repeats} trainings, each with ${Math.round(100 * heldOut)} % of the people held out; hours are means too. The target is ${NEARLY} times what one round after the other ends with, and is reached where the mean falls below it no more; there is none where that is no better than the commonest label.`,
  ];
}
