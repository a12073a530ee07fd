// The order of rows, of files and of sources changes nothing, and neither does importing a file again.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { Sample } from "../../../src/records/sample.ts";
import { onDay, reduced, source, span } from "./given.ts";

const sources = [
  source("watch"),
  source("watch", { key: "watch 2" }),
  source("phone"),
  source("watch", { provider: "other" }),
];
const totals = [source("watch", { total: true }), source("unknown", { provider: "third", total: true })];
const start = Date.parse("2026-04-12T18:00Z");
const written = (minutes: number) => `${new Date(start + minutes * 60_000).toISOString().slice(0, 16)}+00:00`;

const spanned = fc
  .record({
    metric: fc.constantFrom(
      "steps",
      "distance",
      "sleep",
      "hr_mean",
      "hr_max",
      "weight",
      "exercise_sessions",
      "hrv_rmssd",
    ),
    by: fc.constantFrom(...sources),
    from: fc.nat(3000),
    length: fc.constantFrom(0, 1, 5, 30, 30, 200, 600),
    value: fc.integer({ min: 30, max: 100 }),
  })
  .map(({ metric, by, from, length, value }) => span(metric, by, written(from), written(from + length), value));
const stated = fc
  .record({
    metric: fc.constantFrom("steps", "rhr", "sleep", "hr_max"),
    by: fc.constantFrom(...sources, ...totals),
    day: fc.constantFrom("2026-04-12", "2026-04-13", "2026-04-14"),
    value: fc.integer({ min: 30, max: 100 }),
  })
  .map(({ metric, by, day, value }) => onDay(metric, by, day, value));
const file: fc.Arbitrary<Sample[]> = fc.array(fc.oneof(spanned, stated), { maxLength: 25 });

test("rows, files and their order", () => {
  let seen = 0;
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), fc.infiniteStream(fc.nat()), (files, keys) => {
      const { days } = reduced(files);
      const shuffled = files.map((samples) =>
        samples
          .map((sample) => [keys.next().value as number, sample] as const)
          .sort(([a], [b]) => a - b)
          .map(([, sample]) => sample),
      );
      seen += Object.keys(days).length;
      expect(reduced(shuffled).days).toEqual(days);
      expect(reduced(files.map((samples) => samples.toReversed())).days).toEqual(days);
      expect(reduced(files.toReversed()).days).toEqual(days);
      expect(reduced([...files, ...files]).days).toEqual(days);
      expect(reduced([...files, files[0] as Sample[]]).days).toEqual(days);
    }),
    { seed: 7, numRuns: 400 },
  );
  expect(seen).toBeGreaterThan(400);
});

test("fifty thousand spans, newest first, as oldest first", () => {
  const by = source("watch");
  const samples = Array.from({ length: 50_000 }, (_, i) => span("steps", by, written(i), written(i + 1), (i * 7) % 11));
  const oldest = reduced([samples]).days;
  expect(Object.keys(oldest)).toHaveLength(36);
  expect(reduced([samples.toReversed()]).days).toEqual(oldest);
});
