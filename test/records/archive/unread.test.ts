// What a file is that nothing reads: told by its bytes, without a word of them.
import { expect, test } from "vitest";
import { unreadKind } from "../../../src/records/archive/unread.ts";

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
  ["a tar archive", `${"\0".repeat(257)}ustar SECRET`],
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
