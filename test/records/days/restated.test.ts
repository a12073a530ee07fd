// A day twice in a file without a time: parts that add up, or one day stated again. The file shows which, unless it is said.
import { expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { onDay, reduced, source } from "./given.ts";

const table = source("unknown");
const days = (count: number) => Array.from({ length: count }, (_, i) => formatDay(20_500 + i));

test("one of forty days twice, with fewer steps once: it is stated again, and the greater stands", () => {
  const samples = [
    onDay("steps", table, "2026-02-16", 1200),
    ...days(40).map((day) => onDay("steps", table, day, 8000)),
  ];
  const { days: found, counts } = reduced([samples]);
  expect(found["2026-02-16"]).toEqual({ steps: 8000 });
  expect(counts.get("steps")).toMatchObject({ conflicts: 1, days: 40 });
});

test("every day several times: parts, which add up", () => {
  const samples = days(5).flatMap((day) => [100, 200, 300].map((value) => onDay("steps", table, day, value)));
  expect(reduced([samples]).days["2026-02-16"]).toEqual({ steps: 600 });
});

test("two workouts on one of three days are two workouts", () => {
  const samples = [45, 30].map((value) => onDay("exercise", table, "2026-02-16", value));
  expect(reduced([[...samples, onDay("exercise", table, "2026-02-17", 60)]]).days).toEqual({
    "2026-02-16": { exercise: 75 },
    "2026-02-17": { exercise: 60 },
  });
});

test("where it is said that they add up, they do", () => {
  const parts = source("unknown", { parts: true });
  const samples = [
    onDay("steps", parts, "2026-02-16", 1200),
    ...days(40).map((day) => onDay("steps", parts, day, 8000)),
  ];
  expect(reduced([samples]).days["2026-02-16"]).toEqual({ steps: 9200 });
});

test("a hundred thousand values of one day", () => {
  const samples = Array.from({ length: 100_000 }, () => onDay("hr_mean", table, "2026-02-16", 60));
  expect(reduced([samples]).days["2026-02-16"]).toEqual({ hr_mean: 60 });
});

test("rows that repeat one another are one day stated again, in a short file too; parts that differ are told as joined", () => {
  const repeated = [5000, 5000].map((value) => onDay("steps", table, "2026-02-16", value));
  const { days: found, counts } = reduced([[...repeated, onDay("steps", table, "2026-02-17", 6000)]]);
  expect(found).toEqual({ "2026-02-16": { steps: 5000 }, "2026-02-17": { steps: 6000 } });
  expect(counts.get("steps")).toMatchObject({ duplicates: 1, joined: 0 });
  const parts = [5000, 5000, 100].map((value) => onDay("steps", table, "2026-02-16", value));
  const summed = reduced([parts]);
  expect(summed.days).toEqual({ "2026-02-16": { steps: 10_100 } });
  expect(summed.counts.get("steps")).toMatchObject({ duplicates: 0, joined: 1 });
});
