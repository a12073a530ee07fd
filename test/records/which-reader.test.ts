// Each kind of file has one reader, whatever the file is called.
import { describe, expect, test } from "vitest";
import { readers } from "../../src/records/readers.ts";
import { readerOf } from "../../src/records/recognise.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { fitFile } from "./fit/write.ts";

const heads: readonly (readonly [string, string | Uint8Array])[] = [
  ["apple-health", '<?xml version="1.0"?><!DOCTYPE HealthData [\n]><HealthData locale="de_DE">'],
  ["fit", fitFile([{ kind: 0, fields: [[0, "enum", 4]] }])],
  ["gpx-tcx", '<?xml version="1.0"?><gpx version="1.1" creator="Apple Health Export">'],
  ["gpx-tcx", '<TrainingCenterDatabase xmlns="x"><Activities>'],
  ["garmin", '[{"calendarDate":"2026-04-13","totalSteps":8423,"restingHeartRate":47}]'],
  ["garmin", '[{"sleepStartTimestampGMT":"2026-04-12T21:30:00.0","calendarDate":"2026-04-13"}]'],
  ["garmin", '{"dailies":[{"summaryId":"s","calendarDate":"2026-04-13","steps":1}]}'],
  ["huawei", '[{"type":7,"timeZone":"+0100","samplePoints":[{"key":"DATA_POINT_DYNAMIC_HEARTRATE","value":"89.0"}]}]'],
  ["huawei", '[{"motionPathData":[{"sportType":4,"startTime":1,"totalTime":1}],"recordDay":20260410}]'],
  ["oura", '{"sleep":[{"summary_date":"2019-11-05","period_id":0,"total":1}]}'],
  ["google-fit", '{"Data Source":"derived:x","Data Points":[{"fitValue":[{"value":{"intVal":1}}]}]}'],
  ["rows", '{"member":"a","date":"2026-04-13","steps":8000}\n{"member":"b","date":"2026-04-13","steps":9000}\n'],
  ["whoop", '{"records":[{"id":1,"start":"2026-04-13T02:30:00Z","timezone_offset":"-04:00","score_state":"SCORED"}]}'],
  ["polar", '{"startTime":"x","stopTime":"y","timezoneOffsetMinutes":120,"durationMillis":1}'],
  ["polar", '[{"night":"2026-04-13","meanNightlyRecoveryRri":900,"meanNightlyRecoveryRmssd":42}]'],
  ["oura", '{"data":[{"day":"2026-04-13","steps":1,"equivalent_walking_distance":5}]}'],
  ["google-health", '{"dataPoints":[{"steps":{"interval":{"startTime":"x","startUtcOffset":"0s"},"count":"1"}}]}'],
  ["google-health", '{"dataPoints":[{"weight":{"sampleTime":{"physicalTime":"x"},"weightGrams":1}}]}'],
  ["health-connect", '{"records":[{"startTime":"x","endTime":"y","count":1,"metadata":{"dataOrigin":"a.b"}}]}'],
  ["openmhealth", '{"header":{"schema_id":{"name":"step-count"}},"body":{"step_count":{"value":1,"unit":"steps"}}}'],
  ["fitbit", '[{\n "dateTime" : "04/13/26 07:00:00",\n "value" : "12"\n}]'],
  ["fitbit", '{"activities-heart":[{"dateTime":"2026-04-13","value":{"restingHeartRate":61}}]}'],
  ["fitbit", '{"sleep":[{"dateOfSleep":"2026-04-13","logId":1}]}'],
];

const bytesOf = (head: string | Uint8Array) => (typeof head === "string" ? new TextEncoder().encode(head) : head);

test.each(heads)("%s knows %s, alone and first", async (id, head) => {
  const knowing = readers.filter((reader) => reader.recognises(bytesOf(head), "x"));
  expect(knowing.map((reader) => reader.id)).toEqual([id]);
  const input = {
    path: "export.bin",
    size: undefined,
    async *open() {
      yield bytesOf(head);
    },
  };
  expect((await readerOf(input, readers))?.id).toBe(id);
});

describe("readers", () => {
  test("have ids and titles of their own, and give metrics of the registry, each once", () => {
    expect(new Set(readers.map(({ id }) => id)).size).toBe(readers.length);
    expect(new Set(readers.map(({ title }) => title)).size).toBe(readers.length);
    for (const { gives } of readers) {
      expect(gives.length).toBeGreaterThan(0);
      expect(new Set(gives).size).toBe(gives.length);
      expect(gives.filter((metric) => builtIn.metric(metric) === undefined)).toEqual([]);
    }
  });

  test("look at a head in linear time, whatever is in it", () => {
    const pieces = [
      '{"day":',
      '{"calendarDate":"x","metaData":{',
      '[{"dataType":"a","startDate":',
      '{"logId":1,',
      '{"date":{"year":',
      "<gpx",
      "[\n",
    ];
    for (const piece of pieces)
      for (const head of [piece.repeat(65_536 / piece.length), piece + " ".repeat(65_536), piece + "1".repeat(65_536)])
        for (const reader of readers) expect(typeof reader.recognises(bytesOf(head), "x")).toBe("boolean");
  });

  test.each([
    ["nothing", ""],
    ["a picture", "\u0089PNG\r\n\u001a\n"],
    ["a web page", "<!DOCTYPE html><html><body>steps</body></html>"],
    ["JSON of something else", '{"name":"x","version":"1.0.0","data":[{"id":1}]}'],
    ["prose", "steps 8000 dateOfSleep score_state"],
  ])("know nothing of %s", (_, head) => {
    expect(readers.filter((reader) => reader.recognises(bytesOf(head), "x.json"))).toEqual([]);
  });
});
