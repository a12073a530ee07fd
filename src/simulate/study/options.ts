// What a study is asked for, and how far it may go: what is out of bounds is refused with what to change.
import { fail } from "../../base/errors.ts";
import type { Member } from "../../records/types.ts";
import type { OperatorRegistry } from "../../task/metrics/definition.ts";

/** Decimals, as in questions. */
export type Budget = { readonly epsilon: string } | { readonly rho: string };

export interface StudyOptions {
  /** `{ sql }`, or a draft as JSON. */
  readonly question: unknown;
  /** Of one aggregator's noise. None: the question's own. */
  readonly budgets: readonly Budget[];
  /** Devices that answer in each run, null reports included: one or several numbers. */
  readonly members: readonly number[];
  readonly runs: number;
  /** Equal options and seeds give equal numbers, to the last bit. */
  readonly seed: string;
  readonly operator: OperatorRegistry;
  /** Whose values are drawn; default: synthetic members. */
  readonly data?: { readonly members: readonly Member[]; readonly lastDay: number };
  /** Contributors below which a group is hidden; default: the question's own smallest cohort. */
  readonly floor?: number;
}

const POINTS_MAX = 24;
const RUNS = [10, 20_000] as const;
const MEMBERS_MAX = 1_000_000;
/** Where the planner promises answers. */
const EPSILONS = [0.001, 1000] as const;
const RHOS = [1e-6, 1000] as const;

/** @throws PacelineError invalid_argument */
export function checkOptions({ budgets, members, runs, seed, floor, data }: StudyOptions): void {
  whole(runs, "runs", ...RUNS);
  if (members.length === 0) fail("invalid_argument", "name at least one number of members");
  for (const count of members) whole(count, "members", 1, MEMBERS_MAX);
  for (const budget of budgets) checkBudget(budget);
  unique(members.map(String), "number of members");
  unique(budgets.map(nameOfBudget), "budget");
  const points = members.length * Math.max(1, budgets.length);
  if (points > POINTS_MAX)
    fail("invalid_argument", `${points} points, of budgets times numbers of members; at most ${POINTS_MAX}`);
  if (seed.length > 200) fail("invalid_argument", "a seed has at most 200 characters");
  if (floor !== undefined) whole(floor, "floor", 0, MEMBERS_MAX);
  if (data !== undefined && data.members.length === 0)
    fail("invalid_argument", "the data have no members to draw from");
}

export function nameOfBudget(budget: Budget): string {
  return "epsilon" in budget ? `epsilon ${budget.epsilon}` : `rho ${budget.rho}`;
}

function checkBudget(budget: Budget): void {
  const [name, text, [least, most]] =
    "epsilon" in budget ? (["epsilon", budget.epsilon, EPSILONS] as const) : (["rho", budget.rho, RHOS] as const);
  const value = /^\d{1,6}(\.\d{1,9})?$/.test(text) ? Number(text) : Number.NaN;
  if (!(value >= least && value <= most))
    fail("invalid_argument", `${name} ${JSON.stringify(text)} is no decimal from ${least} to ${most}`);
}

function unique(names: readonly string[], what: string): void {
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) fail("invalid_argument", `the ${what} ${twice} is named twice`);
}

function whole(value: number, name: string, least: number, most: number): void {
  if (!(Number.isInteger(value) && value >= least && value <= most))
    fail("invalid_argument", `${name} must be a whole number from ${least} to ${most}, not ${value}`);
}

export interface Load {
  readonly runs: number;
  /** Over all points. */
  readonly members: number;
  /** Integers a contribution adds to, on average. */
  readonly adds: number;
  /** Released integers, over all points. */
  readonly rows: number;
  /** Of one answer. */
  readonly cells: number;
}

/** Steps of about a nanosecond: a member drawn and added, a released integer noised and read. */
const DRAWN = 8;
const ADDED = 3;
const RELEASED = 20_000;
/** A quarter of an hour on one core. */
const STEPS_MAX = 9e11;
/** Of one point, kept until it is summed up. */
const NUMBERS_MAX = 2_000_000;

/** @throws PacelineError invalid_argument saying by how much there is too much of what */
export function checkLoad({ runs, members, adds, rows, cells }: Load): void {
  if (runs * cells > NUMBERS_MAX)
    fail("invalid_argument", `${runs} runs of ${cells} numbers; at most ${NUMBERS_MAX} are kept of one point`, {
      hint: `Take ${Math.floor(NUMBERS_MAX / cells)} runs or fewer.`,
    });
  const [drawing, reading] = [runs * members * (DRAWN + ADDED * adds), runs * rows * RELEASED];
  const times = (drawing + reading) / STEPS_MAX;
  if (times <= 1) return;
  const what = drawing > reading ? "fewer --runs or smaller --members" : "fewer --runs, budgets or groups";
  fail("invalid_argument", `this is ${times.toPrecision(2)} times as much work as one simulation may be`, {
    hint: `Take ${what}.`,
  });
}
