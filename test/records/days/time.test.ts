// Which day: midnight, changes of clocks, travel, the date line; and a night belongs to the day of waking.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { nightMetrics } from "../../../src/records/days/nights.ts";
import { about } from "../../../src/task/metrics/about.ts";
import { baseMetrics } from "../../../src/task/metrics.ts";
import { onDay, reduced, source, span } from "./given.ts";

const watch = source("watch");
const phone = source("phone");

describe("sums", () => {
  test("a span across midnight is shared out", () => {
    const samples = [span("distance", watch, "2026-04-13T23:45+02:00", "2026-04-14T00:15+02:00", 900)];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { distance: 450 }, "2026-04-14": { distance: 450 } });
  });

  test.each([
    ["23 hours", "2026-03-29", "+01:00", "+02:00", 23],
    ["25 hours", "2026-10-25", "+02:00", "+01:00", 25],
  ])("a day of %s holds all of its hours", (_, day, before, after, hours) => {
    const start = Date.parse(`${day}T00:00${before}`);
    const changed = Date.parse(`${day}T01:00Z`);
    const samples = Array.from({ length: hours }, (_, at) => {
      const from = start + at * 3_600_000;
      const offset = from < changed ? before : after;
      const minutes = Number(offset.slice(1, 3)) * 60;
      const written = `${new Date(from + minutes * 60_000).toISOString().slice(0, 16)}${offset}`;
      const until = `${new Date(from + 3_600_000 + minutes * 60_000).toISOString().slice(0, 16)}${offset}`;
      return [span("steps", watch, written, until, 100), span("worn", watch, written, until, 60)];
    }).flat();
    const { days, counts } = reduced([samples]);
    // A whole day is what the registry knows as the longest time worn.
    expect(days).toEqual({ [day]: { steps: hours * 100, worn: Math.min(1440, hours * 60) } });
    expect(counts.get("worn")).toMatchObject({ implausible: 0 });
  });

  test("a flight west has a long day, one across the date line a day twice or never", () => {
    const steps = (from: string, to: string, value: number) => span("steps", watch, from, to, value);
    // Berlin at 08:00, Los Angeles at 20:00 of the same date: 21 hours apart.
    expect(
      reduced([
        [
          steps("2026-04-13T08:00+02:00", "2026-04-13T09:00+02:00", 1000),
          steps("2026-04-13T20:00-07:00", "2026-04-13T21:00-07:00", 500),
        ],
      ]).days,
    ).toEqual({ "2026-04-13": { steps: 1500 } });
    // From Apia (+13) to Pago Pago (-11): the same date again.
    expect(
      reduced([
        [
          steps("2026-04-13T08:00+13:00", "2026-04-13T09:00+13:00", 1000),
          steps("2026-04-13T08:00-11:00", "2026-04-13T09:00-11:00", 700),
        ],
      ]).days,
    ).toEqual({ "2026-04-13": { steps: 1700 } });
    expect(
      reduced([
        [
          steps("2026-04-13T08:00-11:00", "2026-04-13T09:00-11:00", 1000),
          steps("2026-04-15T08:00+13:00", "2026-04-15T09:00+13:00", 700),
        ],
      ]).days,
    ).toEqual({ "2026-04-13": { steps: 1000 }, "2026-04-15": { steps: 700 } });
  });

  test("shares of days add up to what was given", () => {
    const start = Date.parse("2026-04-13T00:00Z");
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 48 * 60 }),
        fc.integer({ min: 1, max: 36 * 60 }),
        fc.integer({ min: -14, max: 14 }),
        (from, length, hours) => {
          const offset = `${hours < 0 ? "-" : "+"}${String(Math.abs(hours)).padStart(2, "0")}:00`;
          const written = (minutes: number) =>
            `${new Date(start + (from + minutes + hours * 60) * 60_000).toISOString().slice(0, 16)}${offset}`;
          const { days } = reduced([[span("distance", watch, written(0), written(length), 10_000)]]);
          const sum = Object.values(days).reduce((all, { distance = 0 }) => all + distance, 0);
          expect(sum).toBeCloseTo(10_000, 4);
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe("nights", () => {
  const asleep = (by: typeof watch, from: string, to: string) =>
    span("sleep", by, from, to, (Date.parse(to) - Date.parse(from)) / 60_000);

  test("split at midnight and by waking, the night is of the day of waking", () => {
    const samples = [
      asleep(watch, "2026-04-12T22:50+02:00", "2026-04-13T00:00+02:00"),
      asleep(watch, "2026-04-13T00:00+02:00", "2026-04-13T03:00+02:00"),
      asleep(watch, "2026-04-13T03:30+02:00", "2026-04-13T06:30+02:00"),
    ];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { sleep: 430, sleep_onset: 650 } });
  });

  test("a piece that ends before midnight belongs to the night that goes on after it", () => {
    const samples = [
      span("sleep_deep", watch, "2026-04-12T22:00+02:00", "2026-04-12T23:00+02:00", 60),
      span("sleep_light", watch, "2026-04-12T23:00+02:00", "2026-04-13T06:00+02:00", 420),
    ];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { sleep_deep: 60, sleep_light: 420, sleep_onset: 600 } });
  });

  test("a nap counts on its own day, and the longest sleep says when sleep began", () => {
    const samples = [
      asleep(watch, "2026-04-12T23:00+02:00", "2026-04-13T06:50+02:00"),
      asleep(watch, "2026-04-13T13:00+02:00", "2026-04-13T14:35+02:00"),
    ];
    expect(reduced([samples]).days).toEqual({ "2026-04-13": { sleep: 565, sleep_onset: 660 } });
  });

  test("the phone does not fill the minutes in which the watch saw its wearer awake", () => {
    const samples = [
      asleep(phone, "2026-04-12T22:00+02:00", "2026-04-13T07:00+02:00"),
      asleep(watch, "2026-04-12T23:00+02:00", "2026-04-13T02:00+02:00"),
      asleep(watch, "2026-04-13T02:40+02:00", "2026-04-13T06:00+02:00"),
    ];
    const { days, counts } = reduced([samples]);
    expect(days["2026-04-13"]?.sleep).toBe(380);
    expect(counts.get("sleep")).toMatchObject({ overlapping: 1 });
  });

  test("a night in two zones is of the day on which its member woke", () => {
    const samples = [
      asleep(watch, "2026-04-12T22:00+02:00", "2026-04-13T01:00+02:00"),
      asleep(watch, "2026-04-12T19:30-04:00", "2026-04-13T00:30-04:00"),
    ];
    expect(Object.keys(reduced([samples]).days)).toEqual(["2026-04-13"]);
  });

  test("what is measured in a night belongs to the day of waking, before midnight too", () => {
    const samples = [
      asleep(watch, "2026-04-12T22:00+02:00", "2026-04-13T06:00+02:00"),
      span("hrv_rmssd", watch, "2026-04-12T23:00+02:00", "2026-04-12T23:00+02:00", 40),
      span("hrv_rmssd", watch, "2026-04-13T03:00+02:00", "2026-04-13T03:00+02:00", 50),
      // no sleep is known of the next night
      span("hrv_rmssd", watch, "2026-04-13T23:00+02:00", "2026-04-13T23:00+02:00", 60),
    ];
    const { days } = reduced([samples]);
    expect(days["2026-04-13"]?.hrv_rmssd).toBe(45);
    expect(days["2026-04-14"]).toEqual({ hrv_rmssd: 60 });
  });

  test("a night that its source gives a date keeps it", () => {
    expect(reduced([[onDay("sleep", watch, "2026-04-13", 410), onDay("sleep", watch, "2026-04-13", 95)]]).days).toEqual(
      {
        "2026-04-13": { sleep: 505 },
      },
    );
  });

  test("metrics of a night are those that the registry's table says", () => {
    const nights = baseMetrics.filter(({ id }) => about[id].grain === "night").map(({ id }) => id);
    expect([...nightMetrics].sort()).toEqual(nights.sort());
  });
});
