// Questions over an operator's own registry, by the same completion as over the built-in one.
import { expect, test } from "vitest";
import { completeDraft } from "../../../src/query/question/complete.ts";
import type { Draft } from "../../../src/query/question/draft.ts";
import { builtInCatalogue, operatorCatalogue } from "../../../src/query/question/registry.ts";
import { operatorRegistry } from "../../support/operator.ts";
import { defaults } from "../catalogue.ts";

const catalogue = operatorCatalogue(await operatorRegistry());
const mood: Draft = { select: [{ statistic: "mean", of: { formula: "mood" } }], groupBy: [{ attribute: "floor" }] };

test("an operator's metric, formula and attribute complete with their own bounds and list", () => {
  const question = completeDraft(mood, catalogue, defaults);
  expect(question.select).toEqual([{ statistic: "mean", of: { formula: "mood", per: "day", clip: [0, 10] } }]);
  expect(question.groupBy).toEqual([{ attribute: "floor", values: ["ground", "first"] }]);
  const doubled = completeDraft(
    { select: [{ statistic: "mean", of: { formula: "mood + calm" } }] },
    catalogue,
    defaults,
  );
  expect(doubled.select).toEqual([
    { statistic: "mean", of: { formula: "mood + max(mood - 5, 0)", per: "day", clip: [0, 15] } },
  ]);
});

test("the operator's list of a built-in attribute is the public one", () => {
  expect(catalogue.attributes.get("site")?.values).toEqual(["north", "south"]);
  expect(catalogue.attributes.get("plan")?.values).toEqual([]);
  expect(catalogue.attributes.get("ageBand")?.values).toContain("65+");
});

test("without the operator's file there is nothing of it", () => {
  expect(() => completeDraft(mood, builtInCatalogue(), defaults)).toThrow('no attribute "floor"');
});
