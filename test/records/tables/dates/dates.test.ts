import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { civilDate, formatDay } from "../../../../src/base/calendar.ts";
import { isPacelineError } from "../../../../src/base/errors.ts";
import {
  type DateCell,
  type DateFormat,
  readDate,
  readOffset,
  UTC_ONLY,
} from "../../../../src/records/tables/dates/cell.ts";
import { monthOf } from "../../../../src/records/tables/dates/names.ts";
import { DateEvidence, dayOf, isTurned, parseDateFormat } from "../../../../src/records/tables/dates/order.ts";

const HOUR = 3_600_000;

function column(cells: readonly string[], format?: DateFormat) {
  const evidence = new DateEvidence();
  const read = cells.map((cell) => readDate(cell));
  for (const cell of read) if (cell !== undefined) evidence.add(cell, true);
  const plan = evidence.settle("t.csv, column Day", format);
  const day = (cell: DateCell | undefined) => {
    if (cell === undefined) return "not_a_date";
    const found = dayOf(cell, plan);
    return typeof found === "number" ? formatDay(found) : found;
  };
  const turned = read.filter((cell) => cell !== undefined && isTurned(cell, plan)).length;
  return { order: plan.order, repaired: plan.repaired, days: read.map(day), turned };
}
function refused(cells: readonly string[]): string {
  try {
    column(cells);
  } catch (error) {
    if (isPacelineError(error)) return `${error.message} ${error.hint}`;
    throw error;
  }
  return "read";
}
const one = (cell: string) => {
  const read = readDate(cell);
  if (read === undefined) return undefined;
  const time = Number.isNaN(read.time) ? "" : ` ${read.time / HOUR}`;
  return (
    formatDay([read.ymd, read.mdy, read.dmy].find((day) => day >= 0) as number) +
    time +
    (Number.isNaN(read.offset) ? "" : ` ${read.offset === UTC_ONLY ? "UTC" : read.offset}`)
  );
};

describe("one date", () => {
  test.each([
    ["2026-04-13", "2026-04-13"],
    ["2026/4/3", "2026-04-03"],
    ["2026.04.13", "2026-04-13"],
    ["20260413", "2026-04-13"],
    ["20260413T0730", "2026-04-13 7.5"],
    ["20260413063000", "2026-04-13 6.5"],
    ["2026-04-13T07:30:00Z", "2026-04-13 7.5 UTC"],
    ["2026-04-13 07:30:00.000+02:00", "2026-04-13 7.5 120"],
    ["2026-04-13 07:30:00 -0530", "2026-04-13 7.5 -330"],
    ["2026-04-13 07:30:00 UTC+2", "2026-04-13 7.5 120"],
    ["2026-04-13 24:00", "2026-04-13 24"],
    ["13. April 2026", "2026-04-13"],
    ["13 avr. 2026", "2026-04-13"],
    ["13 de abril de 2026", "2026-04-13"],
    ["1er mars 2026", "2026-03-01"],
    ["29-Jun-2026", "2026-06-29"],
    ["29-Jun-26", "2026-06-29"],
    ["Apr 13, 2026, 7:15:00\u202fPM", "2026-04-13 19.25"],
    ["April 13th, 2026 at 12:30 a.m.", "2026-04-13 0.5"],
    ["Mon, 13 Apr 2026 07:30:00 GMT", "2026-04-13 7.5 UTC"],
    ["Monday, April 13, 2026", "2026-04-13"],
    ["Mon Apr 13 07:30:00 GMT+02:00 2026", "2026-04-13 7.5 120"],
    ["Mon Apr 13 2026 07:30:00 GMT+0200 (CEST)", "2026-04-13 7.5 120"],
    ["2026-Apr-13", "2026-04-13"],
    ["1776038400000", "2026-04-13 0 UTC"],
    ["1776038400", "2026-04-13 0 UTC"],
    ["1776038400000000000", "2026-04-13 0 UTC"],
    ["2026-04-13 07:30:00 CEST", "2026-04-13 7.5"],
    ["2026-04-13T07:30:00+02:00[Europe/Berlin]", "2026-04-13 7.5 120"],
    ["4/13/2026 7:30 PM America/New_York", "2026-04-13 19.5"],
    ["07:30 13.04.2026", "2026-04-13 7.5"],
    ["20260413.0", "2026-04-13"],
    ["Mo., 13.04.2026", "2026-04-13"],
    ["Mon 2026-04-13 07:30", "2026-04-13 7.5"],
    ["46125", "2026-04-13"],
    ["46125.3125", "2026-04-13 7.5"],
  ])("%s", (cell, expected) => {
    expect(one(cell)).toBe(expected);
  });

  test.each([
    "",
    "8123",
    "12:30",
    "2026-02-30",
    "13.5",
    "2026",
    "hello",
    "a-b-c",
    "2026-04-13x",
    "00000000",
    "99999999",
    "1e9",
    "2026-04-13 25:00",
  ])("%s is none", (cell) => {
    expect(readDate(cell)).toBeUndefined();
  });

  test("months are known by name, and a beginning that two months share is none", () => {
    expect(["Mär", "août", "Ene", "dicembre", "mrt", "Sept.", "kwietnia"].map(monthOf)).toEqual([3, 8, 1, 12, 3, 9, 4]);
    expect([monthOf("ju"), monthOf("xyz"), monthOf("")]).toEqual([undefined, undefined, undefined]);
  });

  test("any text is read or not, quickly", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom(..." -/.:,TZ+0123456789AprMonamüé\u202f\u0000𝔘"), maxLength: 60 }),
        (text) => {
          const read = readDate(text);
          expect(read === undefined || [read.ymd, read.mdy, read.dmy].some((day) => day >= 0)).toBe(true);
        },
      ),
    );
    for (const text of ["1".repeat(60), "1 ".repeat(30), `${"a".repeat(50)} 1`, "+".repeat(59), `13 ${"-".repeat(55)}`])
      expect(readDate(text)).toBeUndefined();
  });
});

describe("a column", () => {
  test("is settled by the dates that leave no choice", () => {
    expect(column(["04/05/2026", "04/13/2026"])).toMatchObject({ order: "M/D/Y", days: ["2026-04-05", "2026-04-13"] });
    expect(column(["04.05.2026", "13.05.2026"])).toMatchObject({ order: "D/M/Y", days: ["2026-05-04", "2026-05-13"] });
    expect(column(["4/4/2026"]).days).toEqual(["2026-04-04"]);
    expect(column(["04/13/26", "04/05/26"])).toMatchObject({ order: "M/D/Y", days: ["2026-04-13", "2026-04-05"] });
  });
  test("is refused where nothing settles it, with what to say", () => {
    expect(refused(["04/05/2026", "06/07/2026"])).toMatch(/both as.*--date-format M\/D\/Y or --date-format D\/M\/Y/);
    expect(refused(["01/02/03"])).toMatch(/two digits/);
    expect(refused(["13/04/26"])).toMatch(/two digits.*Y\/M\/D or --date-format D\/M\/Y/);
    expect(column(["04/05/2026"], "D/M/Y").days).toEqual(["2026-05-04"]);
    expect(column(["04/13/2026"], "D/M/Y").days).toEqual(["other_date_format"]);
  });
  test("of years of two digits is settled where an order would scatter its days over years", () => {
    expect(column(["13/04/26", "14/04/26", "02/05/26"])).toMatchObject({
      order: "D/M/Y",
      days: ["2026-04-13", "2026-04-14", "2026-05-02"],
    });
    expect(column(["26-04-13", "26-04-14", "26-05-02"])).toMatchObject({
      order: "Y/M/D",
      days: ["2026-04-13", "2026-04-14", "2026-05-02"],
    });
    expect(refused(["05/04/26", "06/04/26", "02/05/26"])).toMatch(/both as month/);
  });
  test("in two orders gives the dates that speak for themselves", () => {
    expect(column(["04/13/2026", "04/05/2026", "13/04/2026", "05/04/2026"])).toMatchObject({
      order: "mixed",
      days: ["2026-04-13", "ambiguous_date", "2026-04-13", "ambiguous_date"],
    });
  });
  test("ISO dates beside others leave the order to the others", () => {
    expect(column(["2026-04-13", "13/05/2026", "01/05/2026"]).days).toEqual(["2026-04-13", "2026-05-13", "2026-05-01"]);
  });
});

describe("a spreadsheet's damage", () => {
  const span = (first: number, count: number) => Array.from({ length: count }, (_, i) => first + i);
  const first = readDate("2026-03-20")?.ymd as number;
  const digits = (day: number, swap: boolean) => {
    const { year, month, day: date } = civilDate(day);
    const two = (n: number) => String(n).padStart(2, "0");
    const [m, d] = swap && date <= 12 ? [date, month] : [month, date];
    return { dmy: `${two(d)}-${two(m)}-${year}`, iso: `${year}-${two(m)}-${two(d)}` };
  };

  test("is turned back, in dates of either order, up or down", () => {
    const days = span(first, 50);
    for (const form of ["dmy", "iso"] as const)
      for (const some of [days, [...days].reverse()]) {
        const read = column(some.map((day) => digits(day, true)[form]));
        expect(read.repaired).toBe(true);
        expect(read.days).toEqual(some.map(formatDay));
        expect(read.turned).toBeGreaterThan(15);
      }
  });
  test("is not seen where there is none: days, weeks, months, years, in any order", () => {
    for (const step of [1, 2, 7, 14, 30, 31])
      for (const form of ["dmy", "iso"] as const) {
        const days = span(0, 60).map((i) => first + i * step);
        const read = column(days.map((day) => digits(day, false)[form]));
        expect(read).toMatchObject({ repaired: false, days: days.map(formatDay) });
      }
    expect(column(["2026-09-04", "2026-10-04", "2026-11-04", "2026-12-15"]).repaired).toBe(false);
  });
  test("is turned back where rows are in order of days, every member below each", () => {
    const evidence = new DateEvidence();
    for (const day of span(first, 50))
      for (let member = 0; member < 3; member++) evidence.add(readDate(digits(day, true).dmy) as DateCell, false);
    expect(evidence.settle("t.csv, column Day", undefined)).toEqual({ order: "D/M/Y", repaired: true });
  });
  test("that two dates alone suggest is refused with both readings", () => {
    expect(refused(["04-12-2026", "13-04-2026"])).toMatch(/turned round.*--date-format D\/M\/Y/);
    expect(column(["04-12-2026", "13-04-2026"], "D/M/Y").days).toEqual(["2026-12-04", "2026-04-13"]);
  });
});

test("formats as people write them", () => {
  expect(["ISO", "yyyy-mm-dd", "M/D/Y", "dd.mm.yyyy"].map(parseDateFormat)).toEqual([
    "Y/M/D",
    "Y/M/D",
    "M/D/Y",
    "D/M/Y",
  ]);
  expect(() => parseDateFormat("Y/D/M")).toThrow(/not a date format/);
});

test("offsets in a column of their own", () => {
  const offsets = ["UTC+0200", "GMT-05:00", "+02:00", "-5", "UTC", "7200000", "-18000", "330", "x", "UTC+9900", ""];
  expect(offsets.map(readOffset)).toEqual([
    120,
    -300,
    120,
    -300,
    0,
    120,
    -300,
    330,
    Number.NaN,
    Number.NaN,
    Number.NaN,
  ]);
});
