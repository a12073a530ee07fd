// A quarter's questions against its budgets, as paceline plan answers.

import { parseJson } from "../../base/json.ts";
import { budgetFigure, type Figure } from "../../figures/index.ts";
import { type QuarterDocument, quarterDocument } from "../../query/quarter/document.ts";
import { planQuarter } from "../../query/quarter/plan.ts";
import { parseWishes } from "../../query/quarter/wish.ts";
import { operatorCatalogue } from "../../query/question/registry.ts";

const operator = { definitions: [], lists: {} };

/** @throws PacelineError invalid_data naming the place */
export function quarterOf(text: string): QuarterDocument {
  const wishes = parseWishes(parseJson(text, "the plan", "invalid_data"), "the plan");
  const plan = planQuarter(wishes, {
    catalogue: operatorCatalogue(operator),
    operator,
    defaults: { minCohort: 50, privacy: { rho: "0.01" }, purpose: "service-improvement" },
  });
  return quarterDocument(plan);
}

export function quarterFigure({ epochs }: QuarterDocument): Figure {
  return budgetFigure(
    "quarter",
    "What each week and year would spend",
    epochs.map(({ epoch, rho, cap }) => ({ epoch, spent: Number(rho), cap: Number(cap) })),
  );
}
