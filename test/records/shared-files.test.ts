// Real files, against what others made of them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apple } from "../../src/records/apple/index.ts";
import { fit } from "../../src/records/fit/index.ts";
import { gpxTcx } from "../../src/records/gpx-tcx/index.ts";
import type { Reader } from "../../src/records/reader.ts";
import { readers } from "../../src/records/readers.ts";
import { type Collected, collect, told } from "./collect.ts";

const folder = join(process.env.PACELINE_SHARED ?? join(import.meta.dirname, "../../../shared"), "data");
const present = existsSync(folder);
if (!present) console.warn(`skipped: ${folder} is not there`);

const bytes = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

describe.skipIf(!present)("real FIT files", () => {
  test("a run of a watch: its session, seven hours west of UTC", async () => {
    const found = await collect(fit, bytes("fit/garmin-fenix-5-run.fit"));
    const rates = readFileSync(join(folder, "fit/garmin-fenix-5-run-records.csv"), "utf8")
      .trim()
      .split("\n")
      .slice(1)
      .map((line) => Number(line.split(",")[1]));
    expect(told(found, "exercise")).toEqual(["2017-06-11T07:34:09…07:35:05=0.948117"]);
    expect(told(found, "distance")).toEqual(["2017-06-11T07:34:09…07:35:05=157.56"]);
    expect(told(found, "hr_max").map((each) => Number(each.split("=")[1]))).toEqual([112, Math.max(...rates)]);
    expect(found.notes).toEqual([]);
    expect(found.skips).toEqual([]);
  });

  test("a run of a device that knew no UTC lies on the day of its own clock", async () => {
    const found = await collect(fit, bytes("fit/compressed-speed-distance.fit"));
    expect(told(found, "exercise_sessions")).toEqual(["2012-02-13T11:16:16=1"]);
    expect(told(found, "exercise").map((each) => Number(each.split("=")[1]))).toEqual(
      [3_772_750 / 60_000].map((x) => Math.round(x * 1e6) / 1e6),
    );
    expect(found.samples.every(({ when }) => when.kind === "span" && when.zone.from === "assumed")).toBe(true);
  });
});

describe.skipIf(!present)("real XML files", () => {
  test("an export of a phone: a reading of a scale, one of a watch, a workout in its own zone, two days' rings", async () => {
    const found = await collect(apple, bytes("apple/dogsheep-export.xml"));
    expect(told(found, "bmi")).toEqual(["2016-04-18T08:25:32=22.5312"]);
    expect(told(found, "hr_mean")).toEqual(["2018-09-10T02:28:55=72"]);
    // Exported in summer time, recorded in winter: the zone's own offset is eight hours.
    expect(told(found, "exercise_sessions")).toEqual(["2016-11-14T06:25:41=1"]);
    expect(told(found, "active_energy")).toEqual(["2016-11-15=590.252", "2016-11-16=323.513"]);
    expect(told(found, "exercise").slice(0, 2)).toEqual(["2016-11-14T06:25:41…06:30:52=5.194123", "2016-11-15=68"]);
    expect(found.noted).toEqual({ coordinates_dropped: 1 });
    for (const canary of ["Simon", "37.77", "12345", "1990", "0x28"])
      expect(JSON.stringify(found)).not.toContain(canary);
  });

  test("a run on a treadmill has the distance of its laps", async () => {
    const found = await collect(gpxTcx, bytes("tcx/treadmill_1.tcx"));
    const text = readFileSync(join(folder, "tcx/treadmill_1.tcx"), "utf8");
    const laps = [...text.matchAll(/<TotalTimeSeconds>([\d.]+)<\/TotalTimeSeconds>\s*<DistanceMeters>([\d.]+)/g)];
    const sum = (at: 1 | 2) => laps.reduce((total, lap) => total + Number(lap[at]), 0);
    const total = (metric: string) =>
      found.samples.filter((each) => each.metric === metric).reduce((sum, { value }) => sum + value, 0);
    expect(laps.length).toBeGreaterThan(1);
    expect(total("distance")).toBeCloseTo(sum(2), 6);
    expect(total("exercise")).toBeCloseTo(sum(1) / 60, 6);
    const rates = [...text.matchAll(/<HeartRateBpm>\s*<Value>(\d+)/g)].map((rate) => Number(rate[1]));
    expect(total("hr_max")).toBe(Math.max(...rates));
  });

  test("tracks without times, waypoints and routes give nothing and say why", async () => {
    const routes = await collect(gpxTcx, bytes("gpx/gpx1.1_with_all_fields.gpx"));
    expect([routes.samples, routes.noted]).toEqual([[], { coordinates_dropped: 1 }]);
    // One of its eight tracks has five points with times.
    const tracks = await collect(gpxTcx, bytes("gpx/cerknicko-without-times.gpx"));
    expect(told(tracks, "exercise")).toEqual(["2010-08-05T16:22:52…16:23:49=0.95"]);
    expect((await collect(gpxTcx, bytes("apple/route_2019-06-11.gpx"))).skipped).toEqual({ counted_already: 1 });
  });
});

describe.skipIf(!present)("real JSON, and cases that went wrong elsewhere", () => {
  const recognised = async (name: string) => {
    const reader = readers.find((each) => each.recognises(bytes(name).subarray(0, 65_536), name));
    return { id: reader?.id, ...(await collect(reader as Reader, bytes(name), { path: name })) };
  };
  const sum = (found: Collected, metric: string) =>
    found.samples.filter((each) => each.metric === metric).reduce((total, { value }) => total + value, 0);

  test("cases 62, 64 and 65: a Takeout of steps, an export of a phone, a data point without a time frame", async () => {
    const takeout = await recognised("cases/import/62-takeout-steps.json");
    const entries = JSON.parse(readFileSync(join(folder, "cases/import/62-takeout-steps.json"), "utf8")) as {
      value: string;
    }[];
    expect(takeout.id).toBe("fitbit");
    expect(sum(takeout, "steps")).toBe(entries.reduce((total, { value }) => total + Number(value), 0));
    const phone = await recognised("cases/import/64-apple-export.xml");
    expect([phone.id, told(phone, "steps")]).toEqual(["apple-health", ["2026-04-13T08:00:00=12"]]);
    const point = await recognised("cases/import/65-openmhealth.json");
    expect([point.id, told(point, "steps"), point.noted]).toEqual([
      "openmhealth",
      ["2026-04-13T07:25:00=6000"],
      { time_of_making: 1 },
    ]);
  });

  test("answers of the Web API", async () => {
    const steps = await recognised("fitbit-api/fitbit-activities-steps-timeseries.json");
    expect(told(steps, "steps")).toEqual(["2015-08-23=175", "2015-08-24=2937", "2015-08-25=0"]);
    const heart = await recognised("fitbit-api/fitbit-activities-heart-1d-1m-intraday.json");
    expect(told(heart, "hr_mean")).toHaveLength(5);
    const sleep = await recognised("fitbit-api/fitbit-sleep-date.json");
    expect([sum(sleep, "sleep"), told(sleep, "naps").length]).toEqual([175, 1]);
    expect((await recognised("fitbit-api/fitbit-activities-date-single-in-activities-list.json")).skipped).toEqual({
      no_date: 1,
    });
  });

  test("published data points", async () => {
    const steps = await recognised("openmhealth/step-count-3.0_valid-step-count.json");
    expect(told(steps, "steps")).toEqual(["2016-02-05T06:25:00…07:25:00=10600"]);
    const sleep = await recognised("openmhealth/total-sleep-time-1.0_valid-total-sleep-time.json");
    expect(told(sleep, "sleep")).toEqual(["2016-02-05T20:35:00…2016-02-06T06:35:00=465"]);
    const lowest = await recognised("openmhealth/heart-rate-2.0_with-descriptive-statistic.json");
    expect(lowest.skipped).toEqual({ other_statistic: 1 });
    const walk = await recognised("openmhealth/data-point-1.0_valid-data-point.json");
    expect([told(walk, "exercise_sessions"), told(walk, "distance")]).toEqual([
      ["2013-02-05=1"],
      ["2013-02-05=2414.016"],
    ]);
  });
});
