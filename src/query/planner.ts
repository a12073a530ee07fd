// Planning as the coordinator sees it. Its work is bounded, but not small enough to stand between phones and the event
// loop: a service plans on a thread with a time limit (workers/planner.ts), tests plan inline.
import type { Promised, Workers } from "../ports/workers.ts";
import type { OperatorRegistry } from "../task/metrics/definition.ts";
import { type Explanation, explainPlan } from "./explain.ts";
import { planQuery, type QueryPlan } from "./plan.ts";
import type { QuerySpec } from "./spec.ts";

export interface Planning {
  /** @throws PacelineError invalid_query */
  plan(spec: QuerySpec, operator?: OperatorRegistry): QueryPlan;
  explain(spec: QuerySpec, operator?: OperatorRegistry): Explanation;
}

/** Besides Planning's own errors: unavailable when it took too long, or too many wait. */
export type Planner = Promised<Planning>;

export const planning: Planning = {
  plan: planQuery,
  explain: (spec, operator) => explainPlan(planQuery(spec, operator)),
};

export const inlinePlanner: Planner = {
  plan: async (spec, operator) => planning.plan(spec, operator),
  explain: async (spec, operator) => planning.explain(spec, operator),
};

export function workerPlanner(workers: Workers<Planning>): Planner {
  return {
    plan: (spec, operator) => workers.run((worker) => worker.plan(spec, operator)),
    explain: (spec, operator) => workers.run((worker) => worker.explain(spec, operator)),
  };
}
