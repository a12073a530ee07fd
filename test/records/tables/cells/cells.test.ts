import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../src/base/bytes.ts";
import { readDuration } from "../../../../src/records/tables/cells/durations.ts";
import { isMissing, isSettled, plainNumber, readNumber } from "../../../../src/records/tables/cells/numbers.ts";

const both = (cell: string) => {
  const read = readNumber(cell);
  return read === undefined ? undefined : [read.point, read.comma];
};
const none = Number.NaN;

describe("numbers", () => {
  test.each([
    ["8123", 8123, 8123],
    ["-5", -5, -5],
    ["\u22125", -5, -5],
    ["70.5", 70.5, none],
    ["70,5", none, 70.5],
    ["8.123", 8.123, 8123],
    ["8,123", 8123, 8.123],
    ["0.123", 0.123, none],
    ["1,234.5", 1234.5, none],
    ["1.234,5", none, 1234.5],
    ["1.234.567", none, 1234567],
    ["12,34,567", 1234567, none],
    ["8\u202f123", 8123, 8123],
    ["8 123,5", none, 8123.5],
    ["8'123.5", 8123.5, none],
    ["1.5e3", 1500, none],
    [".5", 0.5, none],
    ["5.", 5, none],
  ])("%s", (cell, point, comma) => {
    expect(both(cell)).toEqual([point, comma]);
  });

  test.each(["", "abc", "12abc34", "0x10", "1e999", "1,23.4", "--5", "1 2", "12:30", "1,2,3", "0.000.000"])(
    "%s is none",
    (cell) => {
      expect(readNumber(cell)).toBeUndefined();
    },
  );

  test("what stands behind a number is its unit", () => {
    expect(readNumber("97%")).toMatchObject({ point: 97, unit: "%" });
    expect(readNumber("70,5 kg")).toMatchObject({ comma: 70.5, unit: "kg" });
    expect(readNumber("8,123 steps")).toMatchObject({ point: 8123, unit: "steps" });
  });

  test("bytes of digits are the same numbers as text", () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.nat().map(String),
          fc.double({ min: 0, max: 1e6, noNaN: true }).map((n) => n.toFixed(4)),
        ),
        (text) => {
          const bytes = utf8(`9.${text},`);
          expect(plainNumber(bytes, 2, bytes.length - 1)).toBe(Number(text));
        },
      ),
    );
    for (const cell of ["", "-1", "1.", ".5", "1e5", "1,5", "1.2.3", "1234567890123456", " 1"])
      expect(plainNumber(utf8(cell), 0, cell.length)).toBeNaN();
    const settled = (cell: string) => isSettled(utf8(`1.${cell}`), 2, cell.length + 2);
    expect(["8123", "70.5", "8123.456", "0.123", "123", "1.5", "70.1234"].map(settled)).toEqual(Array(7).fill(true));
    expect(["8.123", "812.345"].map(settled)).toEqual([false, false]);
  });

  test("words for nothing", () => {
    for (const word of ["", "NA", "n/a", "--", "—", "None", "null", "NaN", "#N/A", "?"])
      expect(isMissing(word)).toBe(true);
    for (const word of ["0", "no", "zero", "N A"]) expect(isMissing(word)).toBe(false);
  });
});

describe("durations", () => {
  test.each([
    ["7:32", 452, true],
    ["07:32:30", 452.5, false],
    ["7h 05min", 425, false],
    ["7h05", 425, false],
    ["5h 8min", 308, false],
    ["1 hr 15 mins", 75, false],
    ["7.5 h", 450, false],
    ["7,5h", 450, false],
    ["45 min", 45, false],
    ["90s", 1.5, false],
    ["7 Std. 5 Min.", 425, false],
    ["1 ora 5 min", 65, false],
    ["2 ore 5 minuti", 125, false],
    ["1 uur", 60, false],
    ["2 uren 5 min", 125, false],
    ["PT7H32M", 452, false],
    ["P1DT1H", 1500, false],
    ["1d 2h", 1560, false],
  ])("%s", (cell, minutes, clock) => {
    expect(readDuration(cell)).toEqual({ minutes, clock });
  });
  test.each(["", "7", "h", "P", "PT", "7:75", "7:32 AM", "a:b", "min", "1234:00"])("%s is none", (cell) => {
    expect(readDuration(cell)).toBeUndefined();
  });
  test("any text is read or not", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..." -.,:'%PTHMShminsec0123456789\u202f\u0000𝔘"), maxLength: 40 }),
        (text) => {
          const read = readDuration(text);
          expect(read === undefined || read.minutes >= 0).toBe(true);
          expect(readNumber(text) === undefined || !isMissing(text)).toBe(true);
        },
      ),
    );
  });
});
