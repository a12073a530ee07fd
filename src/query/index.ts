// paceline/query: asking questions. A QuerySpec is the document; planQuery and explainPlan say what it means and costs.

export type { Expression } from "../task/expression.ts";
export type { PlannedTask } from "../task/manifest.ts";
export type { OperatorRegistry, SignedDefinition } from "../task/metrics/definition.ts";
export { openRegistry, signRegistry } from "../task/metrics/operator.ts";
export { parseRegistry, type RegistryFile } from "../task/metrics/schema.ts";
export { type Explanation, explainPlan } from "./explain.ts";
export { planQuery, type QueryPlan } from "./plan.ts";
export { hashQuery, parseQuerySpec, type QuerySpec, querySpecSchema } from "./spec.ts";
