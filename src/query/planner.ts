// Planning as the coordinator sees it. Its work is bounded, but not small enough to stand between phones and the event
// loop: a service plans on a thread with a time limit (workers/planner.ts), tests plan inline.
import type { Promised, Workers } from "../ports/workers.ts";
import type { PlannedTask } from "../task/manifest.ts";
import type { OperatorRegistry } from "../task/metrics/definition.ts";
import { explainQuestion, type QuestionExplanation } from "./planner/explain.ts";
import { type Planned, planQuestion } from "./planner/plan.ts";
import { solveQuestion } from "./planner/solve.ts";
import type { DraftDefaults } from "./question/draft.ts";
import { operatorCatalogue } from "./question/registry.ts";
import { readRequest } from "./question/request.ts";
import type { Question } from "./question/schema.ts";

/** What questions are completed from. Plain data: it crosses to a thread. */
export interface Setting {
  readonly operator: OperatorRegistry;
  readonly defaults: DraftDefaults;
}

/** A plan, and the question whose hash is its identity. */
export interface PlannedRequest {
  readonly plan: PlannedTask;
  readonly question: Question;
}

/** What a plan would cost and tell, and the plan itself. */
export interface Explained {
  readonly made: PlannedRequest;
  readonly explanation: QuestionExplanation;
}

export interface Planning {
  /** @param json a draft, or SQL @throws PacelineError invalid_query */
  plan(json: unknown, setting: Setting): PlannedRequest;
  explain(json: unknown, setting: Setting): Explained;
}

/** Besides Planning's own errors: unavailable when it took too long, or too many wait. */
export type Planner = Promised<Planning>;

function planned(
  json: unknown,
  { operator, defaults }: Setting,
): { readonly question: Question; readonly planned: Planned } {
  const catalogue = operatorCatalogue(operator);
  const { question, labels, target } = readRequest(json, catalogue, defaults);
  if (target === undefined) return { question, planned: planQuestion(question, catalogue, { labels, operator }) };
  const solved = solveQuestion(question, target, catalogue);
  return { question: solved.question, planned: planQuestion(solved.question, catalogue, { labels, operator }) };
}

export const planning: Planning = {
  plan(json, setting) {
    const { question, planned: made } = planned(json, setting);
    return { question, plan: made.chosen.plan };
  },
  explain(json, setting) {
    const { question, planned: made } = planned(json, setting);
    return { made: { question, plan: made.chosen.plan }, explanation: explainQuestion(question, made) };
  },
};

export const inlinePlanner: Planner = {
  plan: async (json, setting) => planning.plan(json, setting),
  explain: async (json, setting) => planning.explain(json, setting),
};

export function workerPlanner(workers: Workers<Planning>): Planner {
  return {
    plan: (json, setting) => workers.run((worker) => worker.plan(json, setting)),
    explain: (json, setting) => workers.run((worker) => worker.explain(json, setting)),
  };
}
