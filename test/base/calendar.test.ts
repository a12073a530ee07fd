import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  civilDate,
  dayNumber,
  formatDay,
  isoWeek,
  isoWeeksTouched,
  parseDay,
  weekday,
  weekIndex,
} from "../../src/base/calendar.ts";
import { isPacelineError } from "../../src/base/errors.ts";

describe("day numbers", () => {
  test.each([
    ["1970-01-01", 0],
    ["1969-12-31", -1],
    ["2000-02-29", 11_016],
    ["2000-03-01", 11_017],
    ["2016-04-12", 16_903],
    ["2026-04-01", 20_544],
    ["0000-01-01", -719_528],
    ["9999-12-31", 2_932_896],
  ])("%s is day %i", (text, day) => {
    expect(parseDay(text)).toBe(day);
    expect(formatDay(day)).toBe(text);
  });

  test("agree with the platform's calendar over 800 years", () => {
    for (let day = -146_097; day <= 146_097; day++) {
      const date = new Date(day * 86_400_000);
      const mine = civilDate(day);
      if (
        mine.year !== date.getUTCFullYear() ||
        mine.month !== date.getUTCMonth() + 1 ||
        mine.day !== date.getUTCDate() ||
        weekday(day) !== (date.getUTCDay() || 7) ||
        dayNumber(mine.year, mine.month, mine.day) !== day
      )
        expect.fail(`day ${day}`);
    }
  });

  test.each([
    [2026, 2, 29],
    [1900, 2, 29],
    [2026, 4, 31],
    [2026, 13, 1],
    [2026, 0, 1],
    [2026, 1, 0],
    [2026, 1, 1.5],
    [10_000, 1, 1],
    [Number.NaN, 1, 1],
  ])("there is no %s-%s-%s", (year, month, day) => expect(dayNumber(year, month, day)).toBeUndefined());

  test.each(["2026-2-1", "2026-02-30", "20260201", "2026-02-01T00:00", "", " 2026-02-01"])("refuses %j", (text) => {
    let code: string | undefined;
    try {
      parseDay(text);
    } catch (error) {
      code = isPacelineError(error) ? error.code : "other";
    }
    expect(code).toBe("invalid_argument");
  });
});

describe("ISO weeks", () => {
  // ISO 8601 year boundaries; 2004, 2009, 2015, 2020 and 2026 have 53 weeks.
  test.each([
    ["2005-01-01", "2004-W53"],
    ["2005-01-02", "2004-W53"],
    ["2005-12-31", "2005-W52"],
    ["2007-01-01", "2007-W01"],
    ["2007-12-31", "2008-W01"],
    ["2008-12-28", "2008-W52"],
    ["2008-12-29", "2009-W01"],
    ["2010-01-03", "2009-W53"],
    ["2016-01-03", "2015-W53"],
    ["2016-01-04", "2016-W01"],
    ["2020-12-31", "2020-W53"],
    ["2026-03-30", "2026-W14"],
    ["2026-04-05", "2026-W14"],
    ["2027-01-03", "2026-W53"],
    ["1970-01-01", "1970-W01"],
  ])("%s lies in %s", (day, week) => expect(isoWeek(parseDay(day))).toBe(week));

  test("weeks change on Mondays and nowhere else", () => {
    fc.assert(
      fc.property(fc.integer({ min: -700_000, max: 2_900_000 }), (day) => {
        const monday = weekday(day) === 1;
        expect(isoWeek(day) !== isoWeek(day - 1)).toBe(monday);
        expect(weekIndex(day) - weekIndex(day - 1)).toBe(monday ? 1 : 0);
      }),
    );
  });

  test("weeks touched by a window", () => {
    const sunday = parseDay("2026-04-05");
    expect(isoWeeksTouched(sunday, sunday)).toEqual(["2026-W14"]);
    expect(isoWeeksTouched(sunday, sunday + 1)).toEqual(["2026-W14", "2026-W15"]);
    expect(isoWeeksTouched(sunday - 27, sunday)).toHaveLength(4);
    expect(isoWeeksTouched(sunday - 26, sunday + 1)).toHaveLength(5);
    expect(isoWeeksTouched(parseDay("2026-12-28"), parseDay("2027-01-04"))).toEqual(["2026-W53", "2027-W01"]);
    expect(isoWeeksTouched(sunday, sunday - 1)).toEqual([]);
  });
});
