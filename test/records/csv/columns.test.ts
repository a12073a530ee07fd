import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { bindColumns, parseColumns, requireColumns } from "../../../src/records/csv/columns.ts";

function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isPacelineError(error)) return error;
  }
  throw new Error("did not fail");
}

const mapping = parseColumns("member=Id, date=ActivityDate|SleepDay, steps=Total Steps, sleep=Asleep, band=Age Band");

describe("parseColumns", () => {
  test("sorts targets into member, date, metrics and profile", () => {
    expect(mapping).toEqual({
      member: ["Id"],
      date: ["ActivityDate", "SleepDay"],
      metrics: new Map([
        ["steps", ["Total Steps"]],
        ["sleep", ["Asleep"]],
      ]),
      profile: new Map([["ageBand", ["Age Band"]]]),
    });
  });

  test("only the first = separates", () =>
    expect(parseColumns("member=Id,date=D,steps=a=b").metrics.get("steps")).toEqual(["a=b"]));

  test.each([
    ["", "is not target=Column"],
    ["member=Id,date=D,steps", "is not target=Column"],
    ["member=Id,date=D,steps=", "is not target=Column"],
    ["member=Id,date=D|,steps=S", "is not target=Column"],
    ["member=Id,date=D,=S", "is not the name"],
    ["member=Id,date=D,9lives=S", "is not the name"],
    ["member=Id,date=D,__proto__=S", "is not the name"],
    ["member=Id,date=D,constructor=S", "is not the name"],
    ["member=Id,date=D,steps=S,steps=T", "gives steps twice"],
    ["date=D,steps=S", "lacks member="],
    ["member=Id,steps=S", "lacks date="],
    ["member=Id,date=D", "names no metric"],
  ])("%j is refused", (text, why) => {
    const error = refusal(() => parseColumns(text));
    expect(error.code).toBe("invalid_argument");
    expect(error.message).toContain(why);
  });
});

describe("bindColumns", () => {
  test("a file uses what it has", () => {
    expect(bindColumns(mapping, ["SleepDay", "Asleep", "Id"], "s.csv")).toEqual({
      member: 2,
      date: 0,
      metrics: [{ metric: "sleep", column: 1 }],
      profile: [],
    });
  });

  test("the first alternative wins", () => {
    expect(bindColumns(mapping, ["SleepDay", "ActivityDate", "Asleep", "Id"], "s.csv").date).toBe(1);
  });

  test("a missing date is named, with the header and the nearest name", () => {
    const error = refusal(() => bindColumns(mapping, ["Id", "Activitydate", "Total Steps"], "a.csv"));
    expect(error.code).toBe("invalid_data");
    expect(error.message).toBe('a.csv: no column "ActivityDate" or "SleepDay"; did you mean "Activitydate"?');
    expect(error.hint).toBe("the columns are Id, Activitydate, Total Steps");
  });

  test("a file with neither metric nor profile is refused", () => {
    expect(refusal(() => bindColumns(mapping, ["Id", "SleepDay", "x"], "a.csv")).message).toContain(
      'no column "Total Steps"',
    );
  });

  test("two columns of one name are refused, unless nobody asks for them", () => {
    expect(refusal(() => bindColumns(mapping, ["Id", "Id", "SleepDay", "Asleep"], "a.csv")).message).toContain(
      "two columns",
    );
    expect(bindColumns(mapping, ["Id", "SleepDay", "Asleep", "x", "x"], "a.csv").member).toBe(0);
  });

  test("a long header is cut", () => {
    const header = Array.from({ length: 100 }, (_, i) => `c${i}`);
    expect(refusal(() => bindColumns(mapping, header, "a.csv")).hint).toContain("c39, and 60 more");
  });
});

test("files that share a mapping may share the columns, but one must have each", () => {
  const daily = { file: "a.csv", header: ["Id", "ActivityDate", "Total Steps", "Age Band"] };
  const sleep = { file: "s.csv", header: ["Id", "SleepDay", "Asleep"] };
  expect(() => requireColumns(mapping, [daily, sleep])).not.toThrow();
  const error = refusal(() => requireColumns(mapping, [daily]));
  expect(error.code).toBe("invalid_data");
  expect(error.message).toContain('no column "Asleep"');
});
