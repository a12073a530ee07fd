// paceline/query: asking questions. `readRequest` makes the canonical question of SQL, of JSON or of the builder's draft;
// `planQuestion` and `explainQuestion` say how it would be computed and what it costs, `solveQuestion` what an error costs.

export type { Expression } from "../task/expression.ts";
export type { PlannedTask } from "../task/manifest.ts";
export type { OperatorRegistry, SignedDefinition } from "../task/metrics/definition.ts";
export { openRegistry, signRegistry } from "../task/metrics/operator.ts";
export type { AttributeId, MetricId } from "../task/metrics/rows.ts";
export { parseRegistry, type RegistryFile } from "../task/metrics/schema.ts";
export { hashQuestion } from "../task/question-hash.ts";
export {
  ask,
  clip,
  correlation,
  count,
  daily,
  formula,
  histogram,
  mean,
  median,
  type QueryBuilder,
  quantiles,
  share,
  slope,
  stddev,
  sum,
  top,
  weekly,
} from "./builder.ts";
export { explainQuestion, type QuestionExplanation } from "./planner/explain.ts";
export type { Hopeless } from "./planner/hopeless.ts";
export { type Candidate, type Planned, planQuestion } from "./planner/plan.ts";
export { type Solved, solveQuestion, type Target } from "./planner/solve.ts";
export type { Catalogue } from "./question/catalogue.ts";
export type { Draft, DraftCondition, DraftDefaults, DraftMeasure, DraftSelect } from "./question/draft.ts";
export { builtInCatalogue, operatorCatalogue } from "./question/registry.ts";
export { type Requested, readRequest, requestSchema } from "./question/request.ts";
export { type Question, questionSchema } from "./question/schema.ts";
export { SqlError, type SqlProblem } from "./sql/problem.ts";
export { type Suggestion, type Suggestions, suggestAt } from "./sql/suggest.ts";
