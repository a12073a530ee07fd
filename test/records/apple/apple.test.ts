import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { apple } from "../../../src/records/apple/index.ts";
import { collect, told } from "../collect.ts";

const exported = (...records: readonly string[]) =>
  `<?xml version="1.0" encoding="UTF-8"?>
<!DOCTYPE HealthData [
<!-- HealthKit Export Version: 13 -->
<!ELEMENT HealthData (ExportDate,Me,(Record|Correlation|Workout|ActivitySummary)*)>
<!ATTLIST HealthData locale CDATA #REQUIRED>
]>
<HealthData locale="en_GB">
 <ExportDate value="2026-05-01 10:00:00 +0200"/>
 <Me HKCharacteristicTypeIdentifierDateOfBirth="1990-02-02" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>
${records.join("\n")}
</HealthData>`;

const record = (type: string, value: string, more = 'unit="count"', times = at("08:00:00", "08:10:00")) =>
  ` <Record type="HK${type.startsWith("Category") ? "" : "QuantityTypeIdentifier"}${type}" sourceName="Zoë’s Apple Watch" sourceVersion="10" ${more} creationDate="2026-04-13 23:00:00 +0200" ${times} value="${value}"/>`;
const at = (start: string, end = start, day = "2026-04-13") =>
  `startDate="${day} ${start} +0200" endDate="${day} ${end} +0200"`;
const device = (pointer: string, model: string, hardware: string, software = "10.1") =>
  `device="&lt;&lt;HKDevice: ${pointer}&gt;, name:Zoë’s thing, manufacturer:Apple Inc., model:${model}, hardware:${hardware}, software:${software}&gt;"`;

describe("records", () => {
  test.each([
    ["StepCount", "120", 'unit="count"', "steps", 120],
    ["DistanceWalkingRunning", "1.5", 'unit="mi"', "distance", 2414.016],
    ["DistanceWalkingRunning", "1.5", 'unit="km"', "distance", 1500],
    ["FlightsClimbed", "3", 'unit="count"', "floors", 3],
    ["ActiveEnergyBurned", "418.4", 'unit="kJ"', "active_energy", 100],
    ["ActiveEnergyBurned", "12", 'unit="Cal"', "active_energy", 12],
    ["RestingHeartRate", "55", 'unit="count/min"', "rhr", 55],
    ["HeartRate", "71", 'unit="count/min"', "hr_mean", 71],
    ["HeartRate", "71", 'unit="count/min"', "hr_max", 71],
    ["HeartRateVariabilitySDNN", "48.5", 'unit="ms"', "hrv_sdnn", 48.5],
    ["AppleExerciseTime", "1", 'unit="min"', "exercise", 1],
    ["BodyMass", "155", 'unit="lb"', "weight", 70.306817],
    ["BodyMass", "11", 'unit="st"', "weight", 69.853225],
    ["BodyMassIndex", "22.5", 'unit="count"', "bmi", 22.5],
    ["BodyFatPercentage", "0.215", 'unit="%"', "body_fat", 21.5],
    ["BodyFatPercentage", "21.5", 'unit="%"', "body_fat", 21.5],
    ["OxygenSaturation", "0.97", 'unit="%"', "spo2", 97],
    ["OxygenSaturation", "1", 'unit="%"', "spo2", 100],
    ["RespiratoryRate", "14.5", 'unit="count/min"', "resp_rate", 14.5],
    ["VO2Max", "41.2", 'unit="mL/min·kg"', "vo2max", 41.2],
  ])("%s %s %s", async (type, value, unit, metric, expected) => {
    const found = await collect(apple, exported(record(type, value, unit)));
    expect(told(found, metric)).toEqual([`2026-04-13T08:00:00…08:10:00=${expected}`]);
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 120, from: "file" } });
    expect(found.skips).toEqual([]);
  });

  test("every metric of the registry that HealthKit has a type for can be given", () => {
    const path = new URL("../../../src/task/metrics/registry.json", import.meta.url);
    const { metrics } = JSON.parse(readFileSync(path, "utf8")) as {
      metrics: { id: string; codes: { healthKit: string[] } }[];
    };
    const coded = metrics.filter(({ codes }) => codes.healthKit.length > 0).map(({ id }) => id);
    expect(coded.length).toBeGreaterThan(15);
    expect(coded.filter((id) => !apple.gives.includes(id))).toEqual([]);
  });

  test("what has no end, no number, no unit of the metric is told", async () => {
    const found = await collect(
      apple,
      exported(
        record("StepCount", ""),
        record("StepCount", "many"),
        record("BodyMass", "70", 'unit="furlong"'),
        record("StepCount", "5", 'unit="count"', 'startDate="2026-04-13"'),
        record("StepCount", "5", 'unit="count"', at("09:00:00", "08:00:00")),
        record("DietaryWater", "5"),
        ` <Record type="HKQuantityTypeIdentifierStepCount" unit="count" startDate="2026-04-13 08:00:00 +0100" value="12"/>`,
      ),
    );
    expect(found.skipped).toEqual({
      empty: 1,
      not_a_number: 1,
      unknown_unit: 1,
      not_a_date: 1,
      ends_before_it_starts: 1,
    });
    expect(found.noted).toEqual({ other_kinds: 1 });
    expect(told(found, "steps")).toEqual(["2026-04-13T08:00:00=12"]);
  });

  test("the children of a correlation, which stand beside it once more, are not counted twice", async () => {
    const correlation = `<Correlation type="HKCorrelationTypeIdentifierFood" ${at("08:00:00")}>${record("BodyMass", "70", 'unit="kg"')}</Correlation>`;
    const found = await collect(apple, exported(correlation, record("BodyMass", "70", 'unit="kg"')));
    expect(told(found, "weight")).toHaveLength(1);
  });
});

describe("sources", () => {
  test("one phone is one source whatever its pointers and versions, a watch another", async () => {
    const phones = ["0x3012a", "0x3013b", "0x3014c"].map((pointer, index) =>
      record("StepCount", "10", `unit="count" ${device(pointer, "iPhone", "iPhone14,5", `17.${index}`)}`),
    );
    const watch = record("StepCount", "10", `unit="count" ${device("0x3015d", "Watch", "Watch6,7")}`);
    const found = await collect(apple, exported(...phones, watch));
    const sources = new Map(found.samples.map(({ source }) => [source.key, source.deviceClass]));
    expect([...sources.values()]).toEqual(["phone", "watch"]);
  });

  test("apps without a device are told apart by order, and their class is guessed from the name alone", async () => {
    const named = (name: string) => record("StepCount", "1").replace("Zoë’s Apple Watch", name);
    const found = await collect(
      apple,
      exported(named("Zoë’s Apple Watch"), named("Zoë’s iPhone"), named("Oura"), named("Pedometer++"), named("Oura")),
    );
    expect(found.samples.map(({ source }) => source.deviceClass)).toEqual([
      "watch",
      "phone",
      "ring",
      "unknown",
      "ring",
    ]);
    expect(new Set(found.samples.map(({ source }) => source.key)).size).toBe(4);
  });
});

describe("time", () => {
  const inZone = (zone: string, body: string) =>
    body.replace("/>", `>\n  <MetadataEntry key="HKTimeZone" value="${zone}"/>\n </Record>`);

  test("the record's own zone goes before that of the export", async () => {
    const found = await collect(
      apple,
      exported(inZone("America/Los_Angeles", record("RestingHeartRate", "55", 'unit="count/min"'))),
    );
    expect(told(found, "rhr")).toEqual(["2026-04-12T23:00:00…23:10:00=55"]);
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: -420, from: "record" } });
  });

  test.each(["Nowhere/Else", "", "constructor"])("a zone of no name (%j) is that of the export", async (zone) => {
    const found = await collect(apple, exported(inZone(zone, record("RestingHeartRate", "55", 'unit="count/min"'))));
    expect(found.samples[0]?.when).toMatchObject({ zone: { offsetMinutes: 120, from: "file" } });
  });

  test("stages of sleep are spans, and lying in bed is no sleep", async () => {
    const sleep = (value: string, start: string, end: string) =>
      record(
        "CategoryTypeIdentifierSleepAnalysis",
        `HKCategoryValueSleepAnalysis${value}`,
        'unit=""',
        `startDate="${start} +0200" endDate="${end} +0200"`,
      );
    const found = await collect(
      apple,
      exported(
        sleep("InBed", "2026-04-12 22:30:00", "2026-04-13 07:00:00"),
        sleep("AsleepCore", "2026-04-12 23:10:00", "2026-04-13 01:00:00"),
        sleep("AsleepDeep", "2026-04-13 01:00:00", "2026-04-13 02:30:00"),
        sleep("Awake", "2026-04-13 02:30:00", "2026-04-13 02:40:00"),
        sleep("AsleepREM", "2026-04-13 02:40:00", "2026-04-13 03:10:00"),
        sleep("AsleepUnspecified", "2026-04-13 14:00:00", "2026-04-13 14:20:00"),
      ),
    );
    expect(told(found, "sleep")).toEqual([
      "2026-04-12T23:10:00…2026-04-13T01:00:00=110",
      "2026-04-13T01:00:00…02:30:00=90",
      "2026-04-13T02:40:00…03:10:00=30",
      "2026-04-13T14:00:00…14:20:00=20",
    ]);
    expect(
      [told(found, "sleep_light"), told(found, "sleep_deep"), told(found, "sleep_rem")].map(({ length }) => length),
    ).toEqual([1, 1, 1]);
  });
});

describe("exercise", () => {
  const workout = (day: string, inside = "") =>
    ` <Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="0.5" durationUnit="hr" sourceName="Zoë’s Apple Watch" ${at("18:00:00", "18:40:00", day)}>${inside}</Workout>`;

  test("a workout is a session with its minutes; those of days with exercise minutes are among them", async () => {
    const route = `<WorkoutRoute><Location date="x" latitude="37.7777" longitude="-122.426"/></WorkoutRoute>`;
    const found = await collect(
      apple,
      exported(record("AppleExerciseTime", "1", 'unit="min"'), workout("2026-04-13", route), workout("2026-04-14")),
    );
    expect(told(found, "exercise_sessions")).toHaveLength(2);
    expect(told(found, "exercise")).toEqual(["2026-04-13T08:00:00…08:10:00=1", "2026-04-14T18:00:00…18:40:00=30"]);
    expect(found.noted).toEqual({ coordinates_dropped: 1 });
  });

  test("the rings' totals are the day's, and rings that never moved were not worn", async () => {
    const summary = (day: string, energy: string, minutes: string) =>
      ` <ActivitySummary dateComponents="${day}" activeEnergyBurned="${energy}" activeEnergyBurnedUnit="kJ" appleExerciseTime="${minutes}"/>`;
    const found = await collect(
      apple,
      exported(summary("2026-04-13", "2092", "0"), summary("2026-04-14", "0", "0"), summary("x", "5", "5")),
    );
    expect(told(found, "active_energy")).toEqual(["2026-04-13=500"]);
    expect(told(found, "exercise")).toEqual(["2026-04-13=0"]);
    expect(found.samples.every(({ source }) => source.total)).toBe(true);
    expect(found.skipped).toEqual({ not_a_date: 1 });
  });
});

describe("damage and what is private", () => {
  const whole = exported(
    record("StepCount", "120", `unit="count" ${device("0x1", "iPhone", "iPhone14,5")}`),
    record("HeartRate", "71", 'unit="count/min"').replace(
      "/>",
      '><MetadataEntry key="Withings User Identifier" value="SERIAL-12345"/></Record>',
    ),
    record("BodyMass", "70.5", 'unit="kg"'),
  );

  test("broken DTDs and control characters are tolerated, entities are not expanded", async () => {
    const broken = whole
      .replace("(ExportDate,Me,", "\u000b(ExportDate,Me,,(")
      .replace("]>", '<!ENTITY a "&a;&a;"><!ATTLIST Record\n]>')
      .replaceAll("Zoë", "\u000b&a;");
    const found = await collect(apple, broken);
    expect(found.samples).toHaveLength(4);
    expect(found.notes).toEqual([]);
  });

  test("cut anywhere, it gives what was whole and says so", async () => {
    const bytes = new TextEncoder().encode(whole);
    for (let cut = 0; cut < bytes.length; cut++) {
      const found = await collect(apple, bytes.slice(0, cut), { chunk: 97 });
      expect(found.noted.truncated).toBe(1);
      for (const { value } of found.samples) expect([120, 71, 70.5]).toContain(value);
    }
    expect((await collect(apple, bytes, { chunk: 1 })).samples).toHaveLength(4);
  });

  test("names, births and identifiers are in nothing that is said", async () => {
    const said = JSON.stringify(await collect(apple, whole.replace('value="70.5"', 'value="Zoë"')));
    for (const canary of ["Zo", "1990", "SERIAL", "0x1", "Female", "’s"]) expect(said).not.toContain(canary);
  });

  test("any change of its bytes ends well", async () => {
    const bytes = new TextEncoder().encode(whole);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 6 }),
        async (changes) => {
          const changed = bytes.slice();
          for (const [where, byte] of changes) changed[where] = byte;
          const found = await collect(apple, changed);
          expect(found.samples.every(({ value }) => Number.isFinite(value))).toBe(true);
          expect(found.refusal).toBeUndefined();
        },
      ),
      { numRuns: 500, seed: 1 },
    );
  });
});

test.each([
  ["<?xml version='1.0'?><!DOCTYPE HealthData [", true],
  ["<HealthData locale='de_DE'>", true],
  ["<ClinicalDocument xmlns='urn:hl7-org:v3'>", false],
  ["<gpx creator='Apple Health Export'>", false],
  ["date,HealthData\n", false],
])("%s is recognised: %s", (head, known) => {
  expect(apple.recognises(new TextEncoder().encode(head), "any.xml")).toBe(known);
});
