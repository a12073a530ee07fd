// What a file is that nothing reads: told by its bytes, without a word of them.
import { expect, test } from "vitest";
import { unreadKind } from "../../../src/records/archive/unread.ts";
import { importFiles } from "../../../src/records/import.ts";
import { readers } from "../../../src/records/readers.ts";
import { builtIn } from "../../../src/task/metrics.ts";
import { inputOf } from "../support.ts";

const bytes = (text: string) => Uint8Array.from(text, (letter) => letter.charCodeAt(0));

test.each([
  ["a PDF document", "%PDF-1.7\nSECRET"],
  ["a SQLite database", "SQLite format 3\0SECRET"],
  ["Health Connect's own export, a SQLite database", "SQLite format 3\0SECRET CREATE TABLE steps_record_table ("],
  ["a Gadgetbridge database", "SQLite format 3\0SECRET CREATE TABLE XIAOMI_ACTIVITY_SAMPLE ("],
  ["a part of Polar's export", '{"exportVersion":"1.6","name":"SECRET"}'],
  ["a log of a Suunto device", '{\n "DeviceLog": {"name":"SECRET"}}'],
  ["an old Excel workbook or another Office document", "\u00d0\u00cf\u0011\u00e0SECRET"],
  ["a picture (PNG)", "\u0089PNG\r\nSECRET"],
  ["a picture (JPEG)", "\u00ff\u00d8\u00ff\u00e0SECRET"],
  ["a picture or a film", "\0\0\0\u0018ftypheicSECRET"],
  ["a binary property list", "bplist00SECRET"],
  ["a Parquet file", "PAR1SECRET"],
  ["a web page", "\u00ef\u00bb\u00bf\n<!DOCTYPE html><title>SECRET</title>"],
  ["a clinical document (CDA)", '<?xml version="1.0"?>\n<!-- x -->\n<ClinicalDocument>SECRET'],
  ["XML of a kind that is not known", "<?xml version='1.0'?><secret/>"],
  ["JSON of a shape that is not known", '{"SECRET": 5}'],
  ["JSON lines of a shape that is not known", '{"SECRET": 5}\n{"SECRET": 6}\n'],
  ["contacts or a calendar", "BEGIN:VCARD\nSECRET"],
  ["binary data of a kind that is not known", "SECRET\0\u0001"],
  ["text without a table that can be made out", "SECRET is what I ate today."],
  ["empty", ""],
])("%s", (is, content) => {
  const told = unreadKind(bytes(content), { path: "a/b.dat" });
  expect(told).toMatchObject({ file: "a/b.dat", is });
  expect(told.hint.length).toBeGreaterThan(10);
  expect(JSON.stringify(told)).not.toContain("SECRET");
});

test("an electrocardiogram of an Apple Health export is one by its folder, and no table", () => {
  const curve = bytes("Name,SECRET\nDate of Birth,1990-02-02\n\n-12,345\n-13,345\n");
  for (const path of [
    "export.zip/apple_health_export/electrocardiograms/ecg_2020-01-01.csv",
    "electrocardiograms/a.csv",
  ]) {
    expect(unreadKind(curve, { path })).toMatchObject({ is: "an electrocardiogram" });
    expect(readers.filter((reader) => reader.recognises(curve, path))).toEqual([]);
  }
});

test("of pairs of a word and an answer, no answer is told as the name of a column", async () => {
  const curve = `Name,SECRET\nDate of Birth,1990-02-02\n${"-12,345\n".repeat(30)}`;
  const given = { input: inputOf("a.csv", curve, 4096), named: true, owner: "me" };
  const refusal = await importFiles([given], { registry: builtIn, readers }).catch((error: unknown) => error);
  expect(refusal).toMatchObject({ code: "invalid_data" });
  const { message, hint } = refusal as { message: string; hint?: string };
  expect(`${message} ${hint}`).not.toContain("SECRET");
});
