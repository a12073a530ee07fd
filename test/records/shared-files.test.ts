// Real files, against what others made of them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { apple } from "../../src/records/apple/index.ts";
import { fit } from "../../src/records/fit/index.ts";
import { gpxTcx } from "../../src/records/gpx-tcx/index.ts";
import { collect, told } from "./collect.ts";

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
