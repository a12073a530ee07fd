// What any importer of wearable data must get right, through the readers that people's files meet: constant memory is in
// test/long, the rest here.
import { describe, expect, test } from "vitest";
import { formatDay } from "../../src/base/calendar.ts";
import { type Given, type Imported, importFiles } from "../../src/records/import.ts";
import { readers } from "../../src/records/readers.ts";
import { builtIn } from "../../src/task/metrics.ts";
import { inputOf } from "./support.ts";

const given = (path: string, content: string | Uint8Array): Given => ({
  input: inputOf(path, content, 4096),
  named: true,
  owner: "me",
});
const load = (...files: Given[]) => importFiles(files, { registry: builtIn, readers });
const daysOf = ({ members }: Imported) =>
  Object.fromEntries((members[0]?.days ?? []).map(({ day, values }) => [formatDay(day), values]));

const apple = (records: string, dtd = "") =>
  `<?xml version="1.0" encoding="UTF-8"?>\n${dtd}<HealthData locale="en_GB">\n${records}\n</HealthData>\n`;
const device = (pointer: string, model: string) =>
  `device="&lt;&lt;HKDevice: 0x${pointer}&gt;, name:${model}, manufacturer:Apple Inc., model:${model}, hardware:${model}7,3, software:11&gt;"`;
const watch = (pointer = "3012") => `sourceName="SECRETNAME’s Apple Watch" ${device(pointer, "Watch")}`;
const phone = (pointer = "4711") => `sourceName="SECRETNAME’s iPhone" ${device(pointer, "iPhone")}`;
const record = (type: string, by: string, from: string, to: string, value: string, unit = "count") =>
  `<Record type="HKQuantityTypeIdentifier${type}" ${by} unit="${unit}" creationDate="${to}" startDate="${from}" endDate="${to}" value="${value}"/>`;

describe("1: any length, any damage", () => {
  test("a broken DTD, control characters and entities that would grow are passed over", async () => {
    const dtd = `<!DOCTYPE HealthData [\n<!ENTITY a "aaaaaaaaaa">\n<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">\n<!ELEMENT HealthData (ExportDate,Me,(Record|Workout)*>\n<!ATTLIST Record type CDATA #REQUIRED\n]>\n`;
    const text = apple(
      `${record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 09:00:00 +0200", "6000")}\u000b\n<Record type="&b;&b;" value="&xxe;"/>`,
      dtd,
    );
    expect(daysOf(await load(given("export.xml", text)))).toEqual({ "2026-04-13": { steps: 6000 } });
  });

  test("an abort stops it", async () => {
    const signal = AbortSignal.abort();
    await expect(
      importFiles([given("export.xml", apple(""))], { registry: builtIn, readers, signal }),
    ).rejects.toMatchObject({ name: "AbortError" });
  });
});

test("2: one device is one source, whatever its pointer", async () => {
  const hours = Array.from({ length: 12 }, (_, hour) => {
    const at = (minutes: string) => `2026-04-13 ${String(hour + 8).padStart(2, "0")}:${minutes}:00 +0200`;
    return record("StepCount", watch(`30${hour}a`), at("00"), at("59"), "500");
  });
  const { report } = await load(given("export.xml", apple(hours.join("\n"))));
  expect(report.metrics.steps).toMatchObject({ values: 12, overlapping: 0 });
});

test("3: no name, serial, birth date, address or position leaves the files", async () => {
  const text = apple(
    [
      '<Me HKCharacteristicTypeIdentifierDateOfBirth="1987-06-05" HKCharacteristicTypeIdentifierBiologicalSex="HKBiologicalSexFemale"/>',
      record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 09:00:00 +0200", "6000"),
      record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "broken SECRETDATE", "7"),
      record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 09:00:00 +0200", "SECRETVALUE"),
      record("BodyMass", phone(), "2026-04-13 08:00:00 +0200", "2026-04-13 08:00:00 +0200", "70", "SECRETUNIT"),
      `<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" ${watch()} startDate="2026-04-13 18:00:00 +0200" endDate="2026-04-13 18:30:00 +0200"><MetadataEntry key="mail" value="anna@secret.example"/><WorkoutRoute ${watch()}><Location latitude="52.5219" longitude="13.4132"/></WorkoutRoute></Workout>`,
    ].join("\n"),
  );
  const imported = await load(given("export.xml", text));
  expect(Object.keys(daysOf(imported))).toEqual(["2026-04-13"]);
  const said = JSON.stringify(imported);
  for (const secret of ["SECRET", "1987", "Female", "anna@", "52.52", "13.41", "3012", "HKDevice"])
    expect(said).not.toContain(secret);
});

describe("4: what two devices saw is counted once", () => {
  const both = [
    record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 20:00:00 +0200", "6000"),
    record("StepCount", phone(), "2026-04-13 09:00:00 +0200", "2026-04-13 19:00:00 +0200", "4000"),
  ];

  test("iPhone and Watch: 6,000 steps, not 10,000", async () => {
    for (const records of [both, both.toReversed()])
      expect(daysOf(await load(given("export.xml", apple(records.join("\n")))))).toEqual({
        "2026-04-13": { steps: 6000 },
      });
  });

  test("levels are of one source", async () => {
    const rate = (by: string, minute: string, value: string) =>
      record(
        "HeartRate",
        by,
        `2026-04-13 08:${minute}:00 +0200`,
        `2026-04-13 08:${minute}:00 +0200`,
        value,
        "count/min",
      );
    const text = apple([rate(watch(), "00", "60"), rate(watch(), "10", "64"), rate(phone(), "05", "120")].join("\n"));
    expect(daysOf(await load(given("export.xml", text)))).toEqual({ "2026-04-13": { hr_max: 64, hr_mean: 62 } });
  });
});

test("5: a zone that nobody stated is assumed, and counted as that", async () => {
  const text = apple(record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 09:00:00 +0200", "6000"));
  const { report } = await load(given("export.xml", text));
  // As Apple renders the export, not where it was measured.
  expect(report.metrics.steps?.zones).toEqual({ record: 0, file: 1, device: 0, assumed: 0 });
});

test("6: units are converted by factors that are exact, and counted", async () => {
  const at = "2026-04-13 08:00:00 +0200";
  const text = apple(
    [
      record("DistanceWalkingRunning", watch(), at, "2026-04-13 09:00:00 +0200", "3.1", "mi"),
      record("ActiveEnergyBurned", watch(), at, "2026-04-13 09:00:00 +0200", "418.4", "kJ"),
      record("BodyMass", watch(), at, at, "155", "lb"),
      record("OxygenSaturation", watch(), at, at, "0.97", "%"),
      record("HeartRateVariabilitySDNN", watch(), at, at, "45", "ms"),
    ].join("\n"),
  );
  const imported = await load(given("export.xml", text));
  expect(daysOf(imported)).toEqual({
    "2026-04-13": { active_energy: 100, distance: 4988.9664, hrv_sdnn: 45, spo2: 97, weight: 70.306817 },
  });
  expect(imported.report.metrics.weight?.converted).toEqual({ lb: 1 });
  expect(imported.report.metrics.distance?.converted).toEqual({ mi: 1 });
  expect(imported.report.metrics.hrv_rmssd).toBeUndefined();
});

test("7: a day of zeros was not worn: missing, not 0", async () => {
  const day = (date: string, value: string) =>
    record("StepCount", watch(), `${date} 08:00:00 +0200`, `${date} 20:00:00 +0200`, value);
  const imported = await load(
    given("export.xml", apple([day("2026-04-13", "6000"), day("2026-04-14", "0")].join("\n"))),
  );
  expect(daysOf(imported)).toEqual({ "2026-04-13": { steps: 6000 } });
  expect(imported.report.metrics.steps?.notWorn).toBe(1);
});

test("8: a file that is imported again changes nothing", async () => {
  const text = apple(
    [
      record("StepCount", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 09:00:00 +0200", "6000"),
      record("HeartRate", watch(), "2026-04-13 08:00:00 +0200", "2026-04-13 08:00:00 +0200", "60", "count/min"),
      `<Workout workoutActivityType="HKWorkoutActivityTypeRunning" duration="30" durationUnit="min" ${watch()} startDate="2026-04-13 18:00:00 +0200" endDate="2026-04-13 18:30:00 +0200"/>`,
    ].join("\n"),
  );
  const once = await load(given("a.xml", text));
  const twice = await load(given("a.xml", text), given("b.xml", text));
  expect(twice.members).toEqual(once.members);
  expect(twice.report.metrics.steps?.duplicates).toBe(1);
});
