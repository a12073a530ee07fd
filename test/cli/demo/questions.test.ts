// Which questions a set of metrics allows; every one of them can be planned.
import { expect, test } from "vitest";
import { questionsFor } from "../../../src/cli/demo/questions.ts";
import { planOf } from "../../support/questions.ts";

const ask = (metrics: string[], bands: string[] = []) =>
  questionsFor(
    { members: [], lastDay: 20_000, metrics: new Set(metrics), bands, source: "", notes: [], lines: [] },
    20,
  );

test.each([
  [["rhr", "sleep", "moderate", "vigorous"], ["resting-heart-rate", "nightly-sleep", "who-aerobic-guideline"], 0],
  [["rhr", "steps"], ["resting-heart-rate"], 2],
  [["steps", "sleep"], ["daily-steps", "nightly-sleep"], 2],
  [["sleep"], ["nightly-sleep"], 2],
  [["moderate", "steps"], ["daily-steps"], 3],
  [["moderate", "vigorous"], ["who-aerobic-guideline"], 2],
  [["visits"], [], 3],
])("%j", (metrics, names, notes) => {
  const asked = ask(metrics);
  expect(asked.questions.map(({ name }) => name)).toEqual(names);
  expect(asked.notes).toHaveLength(notes);
  for (const question of asked.questions) expect(() => planOf(question)).not.toThrow();
});

test("bands split the first question; a column that is no list of bands splits nothing", () => {
  expect(ask(["rhr", "sleep"], ["18-24", "25-34"]).questions.map(({ groupBy }) => groupBy?.[0]?.values)).toEqual([
    ["18-24", "25-34"],
    undefined,
  ]);
  const ages = Array.from({ length: 60 }, (_, i) => String(20 + i));
  for (const bands of [ages, ["x".repeat(41)]]) {
    const { questions, notes } = ask(["rhr"], bands);
    expect(questions[0]?.groupBy).toBeUndefined();
    expect(notes[0]).toContain("band column");
  }
});
