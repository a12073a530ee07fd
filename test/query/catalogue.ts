// A catalogue as an operator would have it, and the defaults that go with it.
import { parseDay } from "../../src/base/calendar.ts";
import type { DraftDefaults } from "../../src/query/question/draft.ts";
import { operatorCatalogue } from "../../src/query/question/registry.ts";
import { noOperator } from "../../src/task/metrics/definition.ts";

export const operator = { ...noOperator, lists: { site: ["north", "south", "east"], plan: ["basic", "plus"] } };
export const catalogue = operatorCatalogue(operator);

/** A Wednesday. */
export const defaults: DraftDefaults = {
  today: parseDay("2026-11-25"),
  minCohort: 50,
  privacy: { epsilon: "0.3" },
  purpose: "service-improvement",
};
