// Questions over an operator's own registry, by the same completion as over the built-in one.
import { expect, test } from "vitest";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import { completeDraft } from "../../../src/query/question/complete.ts";
import type { Draft } from "../../../src/query/question/draft.ts";
import { builtInCatalogue, operatorCatalogue } from "../../../src/query/question/registry.ts";
import type { SignedDefinition } from "../../../src/task/metrics/definition.ts";
import { hashQuestion } from "../../../src/task/question-hash.ts";
import { operatorRegistry } from "../../support/operator.ts";
import { defaults } from "../catalogue.ts";

const operator = await operatorRegistry();
const catalogue = operatorCatalogue(operator);
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

test("another definition makes another question, their order does not", async () => {
  const question = completeDraft(mood, catalogue, defaults);
  const hash = (definitions?: readonly SignedDefinition[]) => hashQuestion(nodeCrypto, question, definitions);
  const [first, ...others] = operator.definitions as [SignedDefinition, ...SignedDefinition[]];
  expect(await hash([first, ...others])).toBe(await hash([...others, first]));
  const seen = new Set([await hash(), await hash([first]), await hash([{ ...first, hash: "A".repeat(43) }])]);
  expect(seen.size).toBe(3);
});
