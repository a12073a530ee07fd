import { describe, expect, test } from "vitest";
import { formatDay } from "../../../src/base/calendar.ts";
import { isPacelineError } from "../../../src/base/errors.ts";
import { type DateFormat, dateReader, parseDateFormat } from "../../../src/records/csv/dates.ts";

const column = { file: "t.csv", name: "Day" };

function read(cells: string[], format?: DateFormat) {
  const reader = dateReader(cells, column, format);
  const days = cells.map((cell) => reader.day(cell)).map((day) => (typeof day === "number" ? formatDay(day) : day));
  return { format: reader.format, days };
}

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isPacelineError(error)) return error;
  }
  throw new Error("did not fail");
}

describe("one cell that speaks for itself", () => {
  test.each([
    ["2016-04-12", "2016-04-12", "Y/M/D"],
    ["2016/4/12", "2016-04-12", "Y/M/D"],
    ["2016-04-12T23:59:59.123+02:00", "2016-04-12", "Y/M/D"],
    ["2016-04-12 23:59:59 -0530", "2016-04-12", "Y/M/D"],
    ["2016-04-12T00:00Z", "2016-04-12", "Y/M/D"],
    ["4/13/2016", "2016-04-13", "M/D/Y"],
    ["04/13/2016 12:00:00 AM", "2016-04-13", "M/D/Y"],
    ["4/13/2016 1:08:52 pm", "2016-04-13", "M/D/Y"],
    ["13.4.2016", "2016-04-13", "D/M/Y"],
    ["13-04-2016 07:15", "2016-04-13", "D/M/Y"],
    ["2/29/2016", "2016-02-29", "M/D/Y"],
  ])("%s", (cell, day, format) => expect(read([cell])).toEqual({ format, days: [day] }));

  test.each([
    "",
    "yesterday",
    "2016-02-30",
    "2/29/2015",
    "13/13/2016",
    "4/13-2016",
    "2016-4",
    "4/13/2016 25:00",
    "4/13/2016 9:75",
    "4/13/201",
    "42473",
    "4/13/1899",
    "2016-04-12 nonsense",
  ])("%j is not a date", (cell) => expect(read([cell, "2016-04-12"]).days[0]).toBe("not_a_date"));
});

describe("a column", () => {
  test("one cell settles the others, wherever it stands", () => {
    expect(read(["4/12/2016", "5/1/2016", "4/13/2016"]).days).toEqual(["2016-04-12", "2016-05-01", "2016-04-13"]);
    expect(read(["4/12/2016", "5/1/2016", "13/4/2016"]).days).toEqual(["2016-12-04", "2016-01-05", "2016-04-13"]);
  });

  test("where both orders fit every date, it asks, naming file, column and option", () => {
    const error = refusal(() => read(["4/12/2016", "5/1/2016", "7/7/2016"]));
    expect(error.code).toBe("invalid_data");
    expect(error.message).toContain("t.csv, column Day");
    expect(error.hint).toContain("--date-format M/D/Y");
    expect(error.message + error.hint).not.toContain("2016");
  });

  test("the option answers", () => {
    expect(read(["4/12/2016", "5/1/2016"], "M/D/Y").days).toEqual(["2016-04-12", "2016-05-01"]);
    expect(read(["4/12/2016", "5/1/2016"], "D/M/Y").days).toEqual(["2016-12-04", "2016-01-05"]);
    expect(read(["4/13/2016", "2016-05-01"], "D/M/Y").days).toEqual(["other_date_format", "other_date_format"]);
  });

  test("mixed orders: what speaks for itself is used, the rest is left out", () => {
    const mixed = read(["4/13/2016", "13/5/2016", "4/5/2016", "6/6/2016", "2016-07-01"]);
    expect(mixed).toEqual({
      format: "mixed",
      days: ["2016-04-13", "2016-05-13", "ambiguous_date", "2016-06-06", "2016-07-01"],
    });
  });

  test("ISO dates do not settle an ambiguous rest", () => {
    expect(refusal(() => read(["2016-04-12", "4/5/2016"])).code).toBe("invalid_data");
  });

  test("days with equal numbers leave nothing open", () => expect(read(["6/6/2016"]).days).toEqual(["2016-06-06"]));

  test("years of two digits need the option", () => {
    const error = refusal(() => read(["04/13/16", "04/14/16"]));
    expect(error.hint).toContain("--date-format M/D/Y");
    expect(read(["04/13/16"], "M/D/Y").days).toEqual(["2016-04-13"]);
    expect(read(["16/04/13"], "Y/M/D").days).toEqual(["2016-04-13"]);
    expect(read(["04/13/16", "4/13/2016"]).days).toEqual(["ambiguous_date", "2016-04-13"]);
  });

  test("no cell or none readable", () => {
    expect(read([]).days).toEqual([]);
    expect(read(["x", "y"]).days).toEqual(["not_a_date", "not_a_date"]);
  });
});

test("format names", () => {
  expect(["ISO", "iso", "Y-M-D", "y/m/d"].map(parseDateFormat)).toEqual(Array(4).fill("Y/M/D"));
  expect(["M/D/Y", "m-d-y", "D.M.Y"].map(parseDateFormat)).toEqual(["M/D/Y", "M/D/Y", "D/M/Y"]);
  for (const text of ["", "american", "Y/D/M", "MDY"])
    expect(refusal(() => parseDateFormat(text)).hint).toContain("M/D/Y");
});
