// What an editor offers at a place in a question.
import { expect, test } from "vitest";
import { builtInCatalogue } from "../../../src/query/question/registry.ts";
import { suggestAt } from "../../../src/query/sql/suggest.ts";

const catalogue = builtInCatalogue({ site: ["north", "south"] });
/** What is offered where the text has a bar. */
function offered(text: string): readonly string[] {
  const at = text.indexOf("|");
  const { from, to, options } = suggestAt(text.replace("|", ""), at, catalogue);
  expect([from <= at, to]).toEqual([true, at]);
  return options.map((option) => option.text);
}

test("each place of a question has its own names", () => {
  expect(offered("|")).toEqual(["SELECT"]);
  expect(offered("SELECT AV|")).toEqual(["AVG"]);
  expect(offered("SELECT AVG(rh|) FROM member_week")).toEqual(["rhr"]);
  expect(offered("SELECT TOP(supp|")).toEqual(["supportTopics"]);
  expect(offered("SELECT COUNT(*) FROM |")).toEqual(["member_week", "member_day"]);
  expect(offered("SELECT COUNT(*) FROM member_week GROUP BY ag|")).toEqual(["ageBand"]);
  expect(offered("SELECT COUNT(*) FROM member_week WHERE ste|")).toEqual(["steps"]);
  expect(offered("SELECT COUNT(*) FROM member_week WITH (min|")).toEqual(["min_cohort"]);
  expect(offered("SELECT COUNT(*) FROM member_week W|")).toEqual(["WHERE", "WINDOW", "WITH"]);
});

test("values are those of the attribute before them, in quotes that are begun or not", () => {
  expect(offered("SELECT COUNT(*) FROM member_week WHERE site = '|")).toEqual(["north", "south"]);
  expect(offered("SELECT COUNT(*) FROM member_week WHERE site IN ('north', 's|")).toEqual(["south"]);
  expect(offered("SELECT COUNT(*) FROM member_week WHERE site = |")).toEqual(["'north'", "'south'"]);
});

test("what is whole, wrong before or too long gets nothing", () => {
  expect(offered("SELECT AVG(rhr|")).not.toContain("rhr");
  expect(offered('SELECT "x" FROM |')).toEqual([]);
  expect(offered("SELECT FROM FROM |")).toEqual([]);
  expect(suggestAt("SELECT ".repeat(1000), 3, catalogue).options).toEqual([]);
});
