// Error against budget, by doing it: the planner's own plan for every budget, the device's own encoding, exact noise of both
// aggregators, the analyst's own estimates, a thousand times a point. Shares are left out: they add up to the same integers.
import { formatDay } from "../../base/calendar.ts";
import { fail } from "../../base/errors.ts";
import { planning } from "../../query/planner.ts";
import type { Question } from "../../query/question/schema.ts";
import { type StudiedCell, studiedCells, truthsOf } from "./cells.ts";
import { type Point, type Runner, runPoints } from "./dispatch.ts";
import { checkCovered, type People, peopleFor, studySetting } from "./members.ts";
import { type Budget, checkLoad, checkOptions, type StudyOptions } from "./options.ts";
import { type Pool, poolOf, type StudiedPlan } from "./pool.ts";
import type { CellSummary } from "./summary.ts";
import { wordsFor } from "./words.ts";

export interface PointResult {
  /** As it was asked for. */
  readonly budget: Budget;
  /** zCDP of one aggregator's noise, in whole billionths. */
  readonly nanoRho: string;
  readonly mechanism: string;
  /** Devices that answer in each run. */
  readonly members: number;
  /** Of these, expected to have something to say. */
  readonly contributors: number;
  readonly cells: readonly CellSummary[];
}

export interface StudyResult {
  readonly version: 1;
  readonly title: string;
  readonly question: Question;
  readonly seed: string;
  readonly runs: number;
  readonly floor: number;
  readonly window: { readonly start: string; readonly end: string };
  readonly people: { readonly synthetic: boolean; readonly members: number };
  /** What the numbers do and do not contain. */
  readonly says: readonly string[];
  /** In the order of every point's cells. */
  readonly cells: readonly StudiedCell[];
  readonly points: readonly PointResult[];
}

interface Study {
  readonly question: Question;
  readonly title: string;
  readonly floor: number;
  readonly people: People;
  readonly cells: readonly StudiedCell[];
  readonly window: StudiedPlan["window"];
  readonly points: readonly Point[];
}

/**
 * @param progress called with the runs that are done and that there are in all
 * @throws PacelineError invalid_argument, invalid_query; whatever the runner throws ends the study
 */
export async function simulateStudy(
  options: StudyOptions,
  runner: Runner,
  progress: (done: number, total: number) => void = () => undefined,
): Promise<StudyResult> {
  const study = prepare(options);
  const { runs, seed } = options;
  const { question, title, floor, people, cells, window } = study;
  const finished = await runPoints(study.points, { runs, seed, floor }, runner, progress);
  return {
    version: 1,
    title,
    question,
    seed,
    runs,
    floor,
    window: { start: formatDay(window.start), end: formatDay(window.end - 1) },
    people: { synthetic: people.synthetic, members: people.members.length },
    says: [...people.notes, ...wordsFor(runs)],
    cells,
    points: study.points.map(({ budget, members, plan, pool }, index) => ({
      budget,
      nanoRho: plan.rho,
      mechanism: plan.noise.mechanism,
      members,
      contributors: (members * pool.contributors) / pool.members,
      cells: finished[index] as readonly CellSummary[],
    })),
  };
}

function prepare(options: StudyOptions): Study {
  checkOptions(options);
  const { budgets, members, runs, seed, data } = options;
  const { setting, notes } = studySetting(options.operator, data);
  const planned = (budgets.length === 0 ? [undefined] : budgets).map((budget) => {
    const made = planning.plan(budget === undefined ? options.question : priced(options.question, budget), setting);
    return { budget: budget ?? made.question.privacy, ...made };
  });
  const first = planned[0] as (typeof planned)[number];
  const people = peopleFor(seed, first.plan.window, notes, data);
  checkCovered(people, first.plan);
  // Budgets of one encoder have the same contributions.
  const pools = new Map<string, Pool>();
  const points = planned.flatMap(({ budget, plan }) => {
    const key = JSON.stringify([plan.encoder, plan.source]);
    const pool = pools.get(key) ?? poolOf(people.members, plan);
    pools.set(key, pool);
    if (pool.contributors === 0) fail("invalid_query", "nobody has enough data in these days to contribute");
    return members.map((count): Point => ({ budget, members: count, plan, pool, truths: truthsOf(plan, pool, count) }));
  });
  const load = points.reduce(
    (all, { members: count, pool }) => ({ members: all.members + count, rows: all.rows + pool.rows }),
    { members: 0, rows: 0 },
  );
  const adds = Math.max(...points.map(({ pool }) => pool.adds.length / pool.members));
  checkLoad({ runs, ...load, adds, cells: points[0]?.truths.length ?? 0 });
  return {
    question: first.question,
    title: first.plan.question,
    floor: options.floor ?? first.question.minCohort,
    people,
    cells: studiedCells(people.members, first.plan, points[0]?.pool as Pool),
    window: first.plan.window,
    points,
  };
}

/** @throws PacelineError invalid_query when the question states a budget of its own */
function priced(question: unknown, budget: Budget): unknown {
  if (typeof question !== "object" || question === null || "sql" in question)
    return { ...(question as object), ...budget };
  if ("privacy" in question || "error" in question)
    fail("invalid_query", "the budget is decided twice: by the question, and beside it");
  return { ...question, privacy: budget };
}
