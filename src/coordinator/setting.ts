// What this coordinator completes questions from: its registry, its floor, its calendar and its usual price.
import type { Setting } from "../query/planner.ts";
import { noOperator } from "../task/metrics/definition.ts";
import type { CoordinatorTerms } from "./terms.ts";

/** ε = 0.62 at δ = 10⁻⁶: a count of one group within ±20 members. */
const USUAL_RHO = "0.01";

export function settingOf(
  { registry = noOperator, minBatchFloor }: CoordinatorTerms,
  nowMilliseconds: number,
): Setting {
  return {
    operator: registry,
    defaults: {
      today: Math.floor(nowMilliseconds / 86_400_000),
      minCohort: minBatchFloor,
      privacy: { rho: USUAL_RHO },
      purpose: "service-improvement",
    },
  };
}
