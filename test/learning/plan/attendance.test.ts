import { describe, expect, test } from "vitest";
import { attendanceDraft } from "../../../src/learning/plan/attendance.ts";
import { boundsOf } from "../../../src/learning/plan/training/bounds.ts";
import { readDraft } from "../../../src/learning/plan/training/draft.ts";
import { daysNeeded, metricsOfReading } from "../../../src/learning/plan/training/examples.ts";
import { decodeTraining, encodeTraining } from "../../../src/learning/plan/training/manifest.ts";
import { population } from "../../../src/simulate/population.ts";
import { casesOf } from "../../../src/simulate/training/cases.ts";
import { baseMetrics } from "../../../src/task/metrics.ts";
import { mean, sd } from "../../simulate/measures.ts";
import { end, firstRound } from "../days.ts";

const metrics = baseMetrics.map(({ id }) => id);
const members = population({ seed: "attendance.test", lastDay: end - 1, members: 1200 });

const trainingOf = async (options: Parameters<typeof attendanceDraft>[0]) => {
  const draft = attendanceDraft(options);
  expect(readDraft(JSON.parse(JSON.stringify(draft)))).toEqual(draft);
  const { training, weights } = await firstRound(draft);
  expect(decodeTraining(encodeTraining(training))).toEqual(training);
  expect(weights).toEqual(new Float32Array(training.features.length + 1));
  return training;
};

test("with every metric: twelve features of the eight weeks before, about visits", async () => {
  const training = await trainingOf({ metrics });
  expect(training.features).toHaveLength(12);
  expect(new Set(metricsOfReading(training))).toEqual(
    new Set(["visits", "steps", "moderate", "vigorous", "sleep", "rhr"]),
  );
  expect(training.label).toMatchObject({ kind: "falls-below", value: { metric: "visits" }, days: 28, factor: 0.6 });
  expect(daysNeeded(training)).toBe(84);
  expect([training.round, attendanceDraft({ metrics, rounds: 3 }).rounds]).toEqual([
    { number: 1, of: 5, rollbacks: 0 },
    3,
  ]);
  expect(boundsOf(training)).toMatchObject({ dimension: 16 });
});

test("without visits: steps, and features of what is there", async () => {
  const training = await trainingOf({ metrics: ["moderate", "sleep", "steps", "vigorous"] });
  expect(training.title).toBe("moves less next month");
  expect(training.label).toMatchObject({ value: { metric: "steps" }, factor: 0.9 });
  expect(new Set(metricsOfReading(training))).toEqual(new Set(["steps", "moderate", "vigorous", "sleep"]));
});

test.each([[["steps"]], [["visits"]], [["visits", "rhr"]]])("%j is enough", async (few) => {
  expect(metricsOfReading(await trainingOf({ metrics: few })).every((metric) => few.includes(metric))).toBe(true);
});

test.each([[[]], [["rhr", "sleep"]], [["Visits"]]])("%j is not enough", (few) => {
  expect(() => attendanceDraft({ metrics: few })).toThrow(expect.objectContaining({ code: "invalid_argument" }));
});

describe("on the synthetic population", async () => {
  const training = await trainingOf({ metrics });
  const cases = casesOf(training, members, end);

  test("the public constants fit: every feature about centred, with about unit spread", () => {
    training.features.forEach(({ name }, j) => {
      // members whose device does not measure it have exactly 0; no measured value equals a centre
      const column = [...cases.rows].filter((x, i) => i % 12 === j && x !== 0);
      expect(Math.abs(mean(column)), name).toBeLessThan(0.25);
      expect(sd(column), name).toBeGreaterThan(0.7);
      expect(sd(column), name).toBeLessThan(1.4);
    });
  });

  test("three members in ten have label 1, without visits one in five", async () => {
    const rate = mean([...cases.labels]);
    expect(rate).toBeGreaterThan(0.25);
    expect(rate).toBeLessThan(0.35);
    const fallback = casesOf(await trainingOf({ metrics: ["steps", "sleep"] }), members, end);
    const moving = mean([...fallback.labels]);
    expect(moving).toBeGreaterThan(0.15);
    expect(moving).toBeLessThan(0.3);
  });

  test("members who stopped syncing have no label", () => {
    const silent = members.filter(({ days }) => (days.at(-1)?.day ?? 0) < end - 15);
    expect(silent.length).toBeGreaterThan(50);
    expect(casesOf(training, silent, end).count).toBe(0);
    expect(cases.count).toBeGreaterThan(0.85 * members.length);
  });
});
