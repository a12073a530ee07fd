// A plan as a table and back, and what is wrong in one.
import { expect, test } from "vitest";
import { defaults } from "../../src/playground/composition/defaults.ts";
import { parseSteps } from "../../src/playground/composition/steps.ts";
import { planOfTable, tableOfPlan } from "../../src/playground/composition/table.ts";

const steps = (text: string) => parseSteps(text, "add-or-remove-one");
const read = (table: string) => planOfTable(table, "add-or-remove-one");

test("a plan that goes through a table is the same plan", () => {
  expect(steps(read(tableOfPlan(defaults.steps)))).toEqual(steps(defaults.steps));
  const named = JSON.stringify([{ name: 'a, "b"', mechanism: "gaussian", noiseMultiplier: 2, off: true }]);
  expect(steps(read(tableOfPlan(named)))).toEqual(steps(named));
});

test("the command's own tables are read, with empty cells left out", () => {
  const table =
    "mechanism,noiseMultiplier,scale,sensitivity,sampling,count\ngaussian,20,,,,52\ngaussian,1,,,0.01,100\nlaplace,8,,,,3\n";
  expect(steps(read(table)).map(({ event, count }) => [event.mechanism, count])).toEqual([
    ["gaussian", 52],
    ["poisson-sampled", 100],
    ["laplace", 3],
  ]);
  const integers = "mechanism,sigmaSquared,sensitivity,count\ndiscrete-gaussian,100,4,12\n";
  expect(steps(read(integers))[0]?.event).toMatchObject({
    sensitivity: { norm: "l2-squared", bound: "4" },
    unit: "member",
  });
});

test.each([
  ["", /no column "mechanism"|no row/],
  ["name,noise\na,1\n", /no column "mechanism"/],
  ["mechanism,count\n", /no row/],
  ["mechanism,count\ngaussian,1,2\n", /line 2 has 3 cells under 2 columns/],
])("%j is no plan", (table, why) => {
  expect(() => read(table)).toThrow(why);
});

test("an event inside another is no row, and a name is no formula", () => {
  const inside = {
    mechanism: "poisson-sampled",
    probability: 0.1,
    event: { mechanism: "gaussian", noiseMultiplier: 1 },
  };
  expect(() => tableOfPlan(JSON.stringify([inside]))).toThrow(/no row of a table/);
  expect(tableOfPlan('[{"name":"=1+1","mechanism":"gaussian"}]')).toContain("'=1+1");
});
