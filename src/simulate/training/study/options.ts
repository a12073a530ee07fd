// What a study of a training is asked for, and how far it may go.
import { fail } from "../../../base/errors.ts";
import { layoutOf } from "../../../math/tensor/layout.ts";
import type { NoiseSource } from "../engine/noise.ts";
import type { TrainingSetup } from "../engine/rounds.ts";
import type { StudiedPeople } from "./people.ts";

/** What a manifest fixes but for the budget, which a study varies. */
export interface StudiedTraining extends Omit<TrainingSetup, "rho" | "noise" | "fineness"> {
  readonly title: string;
  /** Sums are modulo 2^bits, which decides how finely updates are rounded. */
  readonly bits: number;
  /** Integer units of a joint clip, where a manifest has decided it; default: as finely as sums of twice the members allow. */
  readonly fineness?: number;
}

export interface TrainingStudyOptions {
  readonly training: StudiedTraining;
  readonly people: StudiedPeople;
  /** Who the people are and what was taken from them, in words. */
  readonly notes: readonly string[];
  readonly members: readonly number[];
  /** Of one aggregator's noise, for the whole training, at `delta`; each beside the same training without noise. */
  readonly epsilons: readonly number[];
  readonly delta: number;
  /** Trainings a point, each with another split of the people. */
  readonly repeats: number;
  readonly seed: string;
  /** Share of the people who never train, and on whom models are measured. */
  readonly heldOut: number;
  readonly dropout: number;
  readonly noise: NoiseSource;
}

const POINTS_MAX = 64;
const REPEATS_MAX = 100;
const MEMBERS_MAX = 1_000_000;
const EPSILONS = [0.01, 1000] as const;
/** Operations: half an hour or so on one core. */
const WORK_MAX = 1e13;
/** Of a row besides the model's own, in operations. */
const ROW_WORK = 3000;

/** @throws PacelineError invalid_argument naming what is out of bounds, and what to change */
export function checkStudy(options: TrainingStudyOptions): void {
  const { members, epsilons, delta, repeats, seed, heldOut, dropout, people, training } = options;
  const within = (value: number, name: string, least: number, most: number, whole = true) => {
    if (!(value >= least && value <= most && (!whole || Number.isInteger(value))))
      fail(
        "invalid_argument",
        `${name} must be ${whole ? "a whole number " : ""}from ${least} to ${most}, not ${value}`,
      );
  };
  if (members.length === 0) fail("invalid_argument", "name at least one number of members");
  for (const count of members) within(count, "members", 1, MEMBERS_MAX);
  for (const epsilon of epsilons) within(epsilon, "epsilon", ...EPSILONS, false);
  for (const list of [members, epsilons])
    if (new Set(list).size !== list.length)
      fail("invalid_argument", "a number of members or an epsilon is named twice");
  within(delta, "delta", 1e-12, 0.01, false);
  within(repeats, "repeats", 1, REPEATS_MAX);
  within(heldOut, "the share of people who are held out", 0.01, 0.9, false);
  within(dropout, "dropout", 0, 0.95, false);
  if (seed.length > 200) fail("invalid_argument", "a seed has at most 200 characters");
  const points = members.length * (1 + epsilons.length);
  if (points > POINTS_MAX)
    fail("invalid_argument", `${points} points, of numbers of members times budgets; at most ${POINTS_MAX}`);
  const rows = people.people.reduce((sum, { labels }) => sum + labels.length, 0);
  const { flops } = layoutOf(training.architecture);
  const work = (3 * flops + ROW_WORK) * rows * training.local.epochs * training.rounds * points * repeats;
  if (work > WORK_MAX)
    fail(
      "invalid_argument",
      `this is ${(work / WORK_MAX).toPrecision(2)} times as much work as one simulation may be`,
      {
        hint: "Take fewer --repeats, members or budgets.",
      },
    );
}
