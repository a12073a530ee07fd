// Real FIT files, against what others decoded of them.
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { fit } from "../../src/records/fit/index.ts";
import { collect, told } from "./collect.ts";

const folder = join(process.env.PACELINE_SHARED ?? join(import.meta.dirname, "../../../shared"), "data/fit");
const present = existsSync(folder);
if (!present) console.warn(`skipped: ${folder} is not there`);

const bytes = (name: string) => new Uint8Array(readFileSync(join(folder, name)));

describe.skipIf(!present)("real FIT files", () => {
  test("a run of a watch: its session, seven hours west of UTC", async () => {
    const found = await collect(fit, bytes("garmin-fenix-5-run.fit"));
    const rates = readFileSync(join(folder, "garmin-fenix-5-run-records.csv"), "utf8")
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
    const found = await collect(fit, bytes("compressed-speed-distance.fit"));
    expect(told(found, "exercise_sessions")).toEqual(["2012-02-13T11:16:16=1"]);
    expect(told(found, "exercise").map((each) => Number(each.split("=")[1]))).toEqual(
      [3_772_750 / 60_000].map((x) => Math.round(x * 1e6) / 1e6),
    );
    expect(found.samples.every(({ when }) => when.kind === "span" && when.zone.from === "assumed")).toBe(true);
  });
});
