// paceline/query: asking questions. A QuerySpec is the document; planQuery and explainPlan say what it means and costs.

export type { Expression } from "../task/expression.ts";
export type { PlannedTask } from "../task/manifest.ts";
export { type Explanation, explainPlan } from "./explain.ts";
export { planQuery, type QueryPlan } from "./plan.ts";
export { hashQuery, parseQuerySpec, type QuerySpec, querySpecSchema } from "./spec.ts";
