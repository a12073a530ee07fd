// Levels, bounds and wear: the most believed source, faults apart from bounds, a drawer apart from rest.
import { describe, expect, test } from "vitest";
import { onDay, reduced, source, span } from "./given.ts";

const watch = source("watch");
const phone = source("phone");
const at = (metric: string, by: typeof watch, time: string, value: number) =>
  span(metric, by, `2026-04-13T${time}+02:00`, `2026-04-13T${time}+02:00`, value);

describe("levels", () => {
  test("the mean of one source, never of two", () => {
    const samples = [
      at("hr_mean", watch, "08:00", 60),
      at("hr_mean", watch, "09:00", 70),
      at("hr_mean", phone, "08:00", 100),
    ];
    const { days, counts } = reduced([samples]);
    expect(days).toEqual({ "2026-04-13": { hr_mean: 65 } });
    expect(counts.get("hr_mean")).toMatchObject({ overlapping: 1 });
  });

  test("the last is the last by its time, wherever it stands", () => {
    const samples = [at("weight", watch, "21:00", 71), at("weight", watch, "07:00", 70)];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { weight: 71 } });
    expect(reduced([samples.toReversed()]).days).toEqual({ "2026-04-13": { weight: 71 } });
  });

  test("a scale is believed about weight, a strap about the heart, a ring about sleep", () => {
    const [scale, chest, ring] = [source("scale"), source("chest"), source("ring")];
    const samples = [
      at("weight", watch, "21:00", 75),
      at("weight", scale, "07:00", 70),
      at("hr_max", watch, "08:00", 190),
      at("hr_max", chest, "08:00", 181),
      at("spo2", watch, "03:00", 93),
      at("spo2", ring, "03:00", 97),
    ];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { hr_max: 181, spo2: 97, weight: 70 } });
  });

  test("SDNN and RMSSD stay apart", () => {
    const samples = [at("hrv_sdnn", watch, "03:00", 55), at("hrv_rmssd", watch, "03:00", 35)];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { hrv_rmssd: 35, hrv_sdnn: 55 } });
  });

  test("a source's own value of the day is preferred over the mean of its samples", () => {
    const samples = [at("rhr", watch, "08:00", 70), onDay("rhr", source("watch", { total: true }), "2026-04-13", 58)];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { rhr: 58 } });
  });

  test("contradicting values of one day: one that was measured, in any order, and counted", () => {
    const total = source("watch", { total: true });
    const all = [61, 58, 64].map((value) => onDay("rhr", total, "2026-04-13", value));
    for (const files of [[all], [all.toReversed()], all.map((one) => [one])]) {
      const { days, counts } = reduced(files);
      expect(days).toEqual({ "2026-04-13": { rhr: 61 } });
      expect(counts.get("rhr")).toMatchObject({ conflicts: 2 });
    }
  });
});

describe("bounds", () => {
  test("what nobody can have is missing and counted with its first place; the public bounds only count", () => {
    const samples = [62, -1, 0, 255, 65_535].map((value, i) => onDay("rhr", watch, `2026-04-1${i}`, value));
    const { days, counts } = reduced([[...samples, onDay("rhr", watch, "2026-04-20", 120)]]);
    expect(days).toEqual({ "2026-04-10": { rhr: 62 }, "2026-04-20": { rhr: 120 } });
    expect(counts.get("rhr")).toMatchObject({
      days: 2,
      values: 6,
      implausible: 4,
      clipped: 1,
      firstImplausible: { file: "lines.txt", line: 1 },
    });
  });

  test("parts of a sum may be small, the sum not", () => {
    const part = (from: string, to: string) =>
      span("sleep", watch, `2026-04-13T${from}+02:00`, `2026-04-13T${to}+02:00`, 10);
    expect(
      reduced([[part("03:00", "03:10"), part("03:20", "03:30"), part("03:40", "03:50")]]).days["2026-04-13"]?.sleep,
    ).toBe(30);
    const { days, counts } = reduced([[part("03:00", "03:10")]]);
    expect(days["2026-04-13"]?.sleep).toBeUndefined();
    expect(counts.get("sleep")).toMatchObject({ implausible: 1 });
  });

  test("steps below 0 and of a machine are missing", () => {
    const { days, counts } = reduced([
      [onDay("steps", watch, "2026-04-13", -500), onDay("steps", watch, "2026-04-14", 9e6)],
    ]);
    expect(days).toEqual({});
    expect(counts.get("steps")).toMatchObject({ implausible: 2, days: 0 });
  });

  test.each([
    ["not_a_number", Number.NaN],
    ["not_a_number", Number.POSITIVE_INFINITY],
  ])("%s", (reason, value) => {
    expect(reduced([[onDay("steps", watch, "2026-04-13", value)]])).toMatchObject({ days: {}, told: [reason] });
  });

  test("times that are none are skipped", () => {
    const good = span("steps", watch, "2026-04-13T08:00+02:00", "2026-04-13T09:00+02:00", 5);
    const bad = [
      { start: Number.NaN, end: 0 },
      { start: -1, end: 0 },
      { start: 1e15, end: 1e15 },
      { start: 15e11, end: 14e11 },
      { start: 15e11, end: 15e11 + 40 * 3_600_000 },
      { start: 15e11, end: Number.POSITIVE_INFINITY },
      { start: 15e11, end: 15e11, zone: { offsetMinutes: -4_223_384_928, from: "record" as const } },
    ].map((when) => ({ ...good, when: { ...good.when, ...when } as typeof good.when }));
    const { days, told } = reduced([[...bad, { ...good, when: { kind: "day", day: 1.5 } }, good]]);
    expect(days).toEqual({ "2026-04-13": { steps: 5 } });
    expect(told).toEqual([
      "no_device_yet",
      "no_device_yet",
      "no_device_yet",
      "ends_before_it_starts",
      "longer_than_a_day",
      "no_device_yet",
      "not_a_date",
      "no_device_yet",
    ]);
  });

  test("a reader that gives what is no metric is a fault of the program", () => {
    expect(() => reduced([[onDay("stpes", watch, "2026-04-13", 1)]])).toThrow(
      expect.objectContaining({ code: "internal" }),
    );
  });
});

describe("wear", () => {
  const day = (date: string, values: Record<string, number>) =>
    Object.entries(values).map(([metric, value]) => onDay(metric, watch, date, value));

  test("a day of zeros was not worn, where steps are known of", () => {
    const { days, counts } = reduced([
      [
        ...day("2026-04-13", { steps: 9000, moderate: 0, vigorous: 0 }),
        ...day("2026-04-14", { moderate: 0, vigorous: 0 }),
        ...day("2026-04-15", { steps: 0, moderate: 0, rhr: 58 }),
        ...day("2026-04-16", { steps: 0, moderate: 12 }),
      ],
    ]);
    expect(days).toEqual({
      "2026-04-13": { moderate: 0, steps: 9000, vigorous: 0 },
      "2026-04-15": { rhr: 58 },
      "2026-04-16": { moderate: 12, steps: 0 },
    });
    expect(counts.get("moderate")).toMatchObject({ notWorn: 2, days: 2 });
    expect(counts.get("steps")).toMatchObject({ notWorn: 1 });
  });

  test("without steps a zero stays: rest cannot be told from a drawer", () => {
    expect(reduced([day("2026-04-13", { moderate: 0 })]).days).toEqual({ "2026-04-13": { moderate: 0 } });
  });

  test("the operator's counts are zeros on any day", () => {
    expect(reduced([day("2026-04-13", { steps: 0, visits: 0 })]).days).toEqual({ "2026-04-13": { visits: 0 } });
  });

  test("worn for too short a time: what depends on wearing is missing, of that device", () => {
    const ring = source("ring", { provider: "other" });
    const { days, counts } = reduced([
      [
        ...day("2026-04-13", { steps: 3000, rhr: 58, worn: 599 }),
        ...day("2026-04-14", { steps: 0, moderate: 0, worn: 600 }),
        ...day("2026-04-15", { worn: 100 }),
        onDay("steps", ring, "2026-04-15", 7000),
      ],
    ]);
    expect(days).toEqual({
      "2026-04-13": { rhr: 58, worn: 599 },
      "2026-04-14": { moderate: 0, steps: 0, worn: 600 },
      "2026-04-15": { steps: 7000, worn: 100 },
    });
    expect(counts.get("steps")).toMatchObject({ wornTooLittle: 1 });
    expect(reduced([day("2026-04-13", { steps: 3000, worn: 100 })], { coverageMin: 0 }).days).toEqual({
      "2026-04-13": { steps: 3000, worn: 100 },
    });
  });
});
