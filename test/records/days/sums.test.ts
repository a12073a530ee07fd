// Sums over a day: several devices that saw the same hours are united, never added.
import { expect, test } from "vitest";
import { onDay, reduced, source, span } from "./given.ts";

const watch = source("watch");
const phone = source("phone");
const hour = (metric: string, by: typeof watch, from: number, to: number, value: number) =>
  span(
    metric,
    by,
    `2026-04-13T${String(from).padStart(2, "0")}:00+02:00`,
    `2026-04-13T${String(to).padStart(2, "0")}:00+02:00`,
    value,
  );

test("a watch and the phone beside it: 6,000 steps, not 10,000", () => {
  const { days, counts } = reduced([
    [hour("steps", watch, 8, 10, 2500), hour("steps", watch, 10, 20, 3500), hour("steps", phone, 9, 19, 4000)],
  ]);
  expect(days).toEqual({ "2026-04-13": { steps: 6000 } });
  expect(counts.get("steps")).toMatchObject({ days: 1, values: 3, overlapping: 1, duplicates: 0 });
});

test("what only the phone saw counts, in its share of time", () => {
  // The watch was put on at ten; half of the phone's two hours from nine are its own.
  const samples = [
    hour("steps", watch, 10, 20, 6000),
    hour("steps", phone, 9, 11, 1000),
    hour("steps", phone, 7, 8, 300),
  ];
  expect(reduced([samples]).days).toEqual({ "2026-04-13": { steps: 6800 } });
});

test("one device's own overlapping records are united too, and its repeated ones counted", () => {
  const samples = [
    hour("steps", watch, 8, 10, 1000),
    hour("steps", watch, 9, 11, 1000),
    hour("steps", watch, 8, 10, 1000),
  ];
  const { days, counts } = reduced([samples]);
  expect(days).toEqual({ "2026-04-13": { steps: 1500 } });
  expect(counts.get("steps")).toMatchObject({ duplicates: 1, overlapping: 1 });
});

test("a source's own total is preferred over its own samples, and both over a lesser source", () => {
  const total = source("watch", { total: true });
  const samples = [hour("steps", watch, 8, 20, 5000), onDay("steps", total, "2026-04-13", 8123)];
  expect(reduced([samples]).days).toEqual({ "2026-04-13": { steps: 8123 } });
  const phones = source("phone", { provider: "other", total: true });
  expect(reduced([[...samples, onDay("steps", phones, "2026-04-13", 9000)]]).days).toEqual({
    "2026-04-13": { steps: 8123 },
  });
});

test("samples of an hour do not replace another device's total of the day", () => {
  const phones = source("phone", { provider: "other", total: true });
  const samples = [hour("steps", watch, 8, 9, 300), onDay("steps", phones, "2026-04-13", 9000)];
  expect(reduced([samples]).days).toEqual({ "2026-04-13": { steps: 9000 } });
});

test("of two totals of a day the greater stands: one export was made before the day was over", () => {
  const total = source("watch", { total: true });
  const [whole, cut] = [onDay("steps", total, "2026-04-13", 8123), onDay("steps", total, "2026-04-13", 1200)];
  for (const files of [[[whole], [cut]], [[cut], [whole]], [[whole, cut]]]) {
    const { days, counts } = reduced(files);
    expect(days).toEqual({ "2026-04-13": { steps: 8123 } });
    expect(counts.get("steps")).toMatchObject({ conflicts: 1 });
  }
});

test("two workouts of a day add up, in one file; a second file states the same day again", () => {
  const app = source("unknown");
  const day = [onDay("exercise", app, "2026-04-13", 45), onDay("exercise", app, "2026-04-13", 30)];
  expect(reduced([day]).days).toEqual({ "2026-04-13": { exercise: 75 } });
  const twice = reduced([day, day]);
  expect(twice.days).toEqual({ "2026-04-13": { exercise: 75 } });
  expect(twice.counts.get("exercise")).toMatchObject({ duplicates: 1, conflicts: 0 });
});

test("a session counts once, on the day on which it began, from however many apps", () => {
  const app = source("phone", { key: "app" });
  const late = (by: typeof watch, from: string, to: string) => [
    span("exercise_sessions", by, from, to, 1),
    span("exercise", by, from, to, (Date.parse(to) - Date.parse(from)) / 60_000),
  ];
  const { days } = reduced([
    [
      ...late(watch, "2026-04-13T23:30+02:00", "2026-04-14T00:30+02:00"),
      ...late(app, "2026-04-13T23:31+02:00", "2026-04-14T00:29+02:00"),
      ...late(app, "2026-04-14T18:00+02:00", "2026-04-14T18:20+02:00"),
    ],
  ]);
  expect(days).toEqual({
    "2026-04-13": { exercise: 30, exercise_sessions: 1 },
    "2026-04-14": { exercise: 50, exercise_sessions: 1 },
  });
});

test("visits at different times are different visits; one that is read twice is one", () => {
  const gate = source("unknown", { provider: "gym" });
  const at = (time: string) => span("visits", gate, `2026-04-13T${time}+00:00`, `2026-04-13T${time}+00:00`, 1);
  const file = [at("07:55"), at("18:02")];
  expect(reduced([file]).days).toEqual({ "2026-04-13": { visits: 2 } });
  expect(reduced([file, file]).days).toEqual({ "2026-04-13": { visits: 2 } });
});

test("an instant that two sources have is one event", () => {
  const [gate, app] = [source("unknown", { provider: "gate" }), source("unknown", { provider: "app" })];
  const at = (by: typeof watch, time: string) =>
    span("visits", by, `2026-04-13T${time}+00:00`, `2026-04-13T${time}+00:00`, 1);
  expect(reduced([[at(gate, "07:55"), at(app, "07:55"), at(app, "18:02"), at(gate, "20:00")]]).days).toEqual({
    "2026-04-13": { visits: 3 },
  });
  // Two apps do not begin in the same second; one device tells two events apart.
  expect(reduced([[at(gate, "18:00"), at(app, "18:04"), at(app, "18:30")]]).days["2026-04-13"]).toEqual({ visits: 2 });
  expect(reduced([[at(gate, "18:00"), at(gate, "18:04")]]).days["2026-04-13"]).toEqual({ visits: 2 });
});

test("instants of a lesser source inside of what another covers are left out", () => {
  const table = source("phone", { key: "hourly" });
  const samples = [
    hour("steps", watch, 8, 20, 6000),
    hour("steps", table, 9, 9, 700),
    hour("steps", table, 21, 21, 200),
    hour("steps", table, 22, 22, 35),
  ];
  expect(reduced([samples]).days).toEqual({ "2026-04-13": { steps: 6235 } });
});
