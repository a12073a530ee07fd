import { expect, test } from "vitest";
import { closest } from "../../src/base/closest.ts";

const names = ["Id", "ActivityDate", "TotalSteps", "TotalDistance", "Calories"];

test.each([
  ["TotalStep", "TotalSteps"],
  ["totalsteps", "TotalSteps"],
  ["TotlaSteps", "TotalSteps"],
  ["Activity_Date", "ActivityDate"],
  ["ID", "Id"],
  ["Calores", "Calories"],
])("%s is near %s", (name, near) => expect(closest(name, names)).toBe(near));

test.each(["Weight", "Heartbeats", "", "xxxxxxxxxxxxxxxxxxxx"])("%j is near none", (name) =>
  expect(closest(name, ["ActivityDate", "TotalSteps"])).toBeUndefined(),
);

test("nothing to choose from", () => expect(closest("a", [])).toBeUndefined());
