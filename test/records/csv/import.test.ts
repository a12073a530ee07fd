import { describe, expect, test } from "vitest";
import { parseDay } from "../../../src/base/calendar.ts";
import { isPacelineError } from "../../../src/base/errors.ts";
import { parseColumns, profileTargets } from "../../../src/records/csv/columns.ts";
import { type CsvImportOptions, importCsv } from "../../../src/records/csv/import.ts";
import { baseAttributes } from "../../../src/task/metrics.ts";

const columns = parseColumns("member=Id,date=Day|Night,steps=Steps,sleep=Sleep");
const stepsOnly = parseColumns("member=Id,date=Day,steps=Steps");

function load(text: string, options: CsvImportOptions = { columns: stepsOnly }) {
  return importCsv([{ name: "t.csv", text }], options);
}
function refusal(run: () => unknown) {
  try {
    run();
  } catch (error) {
    if (isPacelineError(error)) return error;
    throw error;
  }
  throw new Error("did not fail");
}
const day = parseDay;

describe("what is read", () => {
  test("members by id, days in order, missing is missing", () => {
    const { members, report } = load("Id,Day,Steps\nb,2026-04-02,5\na,2026-04-03,\nb,2026-04-01,7\na,2026-04-01,0\n");
    expect(members).toEqual([
      { id: "a", profile: {}, days: [{ day: day("2026-04-01"), values: { steps: 0 } }] },
      {
        id: "b",
        profile: {},
        days: [
          { day: day("2026-04-01"), values: { steps: 7 } },
          { day: day("2026-04-02"), values: { steps: 5 } },
        ],
      },
    ]);
    expect(report).toMatchObject({
      members: 2,
      memberDays: 3,
      dateRange: { firstDay: day("2026-04-01"), lastDay: day("2026-04-02") },
    });
  });

  test("the same table written in other ways gives the same members", () => {
    const plain = load("Id,Day,Steps\na,2026-04-13,5\n").members;
    const others = [
      "\ufeffId,Day,Steps\r\na,2026-04-13,5\r\n",
      '"Id","Day","Steps"\n"a","2026-04-13","5"',
      " Id , Day,Steps \n a ,2026-04-13 , 5\n\n",
      "Steps,Extra,Id,Day\n5,x,a,4/13/2026 12:00:00 AM\n",
      "Id,Day,Steps\ra,13.04.2026 23:10,5\r",
    ];
    for (const text of others) expect(load(text).members).toEqual(plain);
    expect(
      importCsv([{ name: "t.csv", text: ["Id,D", "ay,Steps\na,2026-0", "4-13,5"] }], { columns: stepsOnly }).members,
    ).toEqual(plain);
  });

  test("files join on member and date; a file may have a mapping of its own", () => {
    const { members, report } = importCsv(
      [
        { name: "daily.csv", text: "Id,Day,Steps\na,4/13/2026,5\na,4/14/2026,6\n" },
        { name: "sleep.csv", text: "Id,Night,Sleep\na,14.4.2026 07:00,420\nc,15.4.2026,380\n" },
        {
          name: "own.csv",
          text: "who,when,kg,age\na,2026-04-14,70,35-44\n",
          columns: parseColumns("member=who,date=when,weight=kg,band=age"),
        },
      ],
      { columns },
    );
    expect(members).toEqual([
      {
        id: "a",
        profile: { ageBand: "35-44" },
        days: [
          { day: day("2026-04-13"), values: { steps: 5 } },
          { day: day("2026-04-14"), values: { steps: 6, sleep: 420, weight: 70 } },
        ],
      },
      { id: "c", profile: {}, days: [{ day: day("2026-04-15"), values: { sleep: 380 } }] },
    ]);
    expect(report.files.map((file) => [file.name, file.rows, file.used, file.dateFormat])).toEqual([
      ["daily.csv", 2, 2, "M/D/Y"],
      ["sleep.csv", 2, 2, "D/M/Y"],
      ["own.csv", 1, 1, "Y/M/D"],
    ]);
  });

  test("ids stay text", () => {
    const { members } = load(
      "Id,Day,Steps\n007,2026-04-01,1\n7,2026-04-01,2\n9007199254740993,2026-04-01,3\n9007199254740992,2026-04-01,3\n",
    );
    expect(members.map((member) => member.id)).toEqual(["007", "7", "9007199254740992", "9007199254740993"]);
  });

  test("every attribute of the registry has a column of its own", () => {
    const columns = parseColumns(
      "member=Id,date=Day,steps=Steps,plan=Plan,sex=Sex,class=Class,feature=Feature,tenure=Since",
    );
    const text = "Id,Day,Steps,Plan,Sex,Class,Feature,Since\na,2026-04-01,9,plus,x,yoga,map,3y+\n";
    const profile = { plan: "plus", sex: "x", classType: "yoga", appFeature: "map", tenureBand: "3y+" };
    expect(load(text, { columns }).members[0]?.profile).toEqual(profile);
    expect([...profileTargets.values()].sort()).toEqual(baseAttributes.map(({ id }) => id).sort());
  });

  test("what nobody can have measured is left out and counted, never clipped", () => {
    const columns = parseColumns("member=Id,date=Day,rhr=Pulse,steps=Steps,spo2=Ox");
    const text = "Id,Day,Pulse,Steps,Ox\na,2026-04-01,0,9,0.97\na,2026-04-02,151,-3,97\na,2026-04-03,150,150000,100\n";
    const { members, report } = load(text, { columns });
    expect(members[0]?.days.map((each) => each.values)).toEqual([
      { steps: 9 },
      { spo2: 97 },
      { rhr: 150, steps: 150_000, spo2: 100 },
    ]);
    expect(report.files[0]?.skipped).toEqual([
      { reason: "implausible", of: "cell", count: 4, firstLine: 2, firstColumn: "Pulse" },
    ]);
  });
});

describe("what is left out is counted, with its first place", () => {
  const cases: [string, string, object][] = [
    ["short row", "a,2026-04-02", { reason: "ragged_row", of: "row" }],
    ["long row", "a,2026-04-02,1,2", { reason: "ragged_row", of: "row" }],
    ["stray quote", 'a,2026-04-02,1"', { reason: "stray_quote", of: "row", firstColumn: "Steps" }],
    ["no member", ",2026-04-02,1", { reason: "no_member", of: "row", firstColumn: "Id" }],
    ["spreadsheet id", "1.50396E+09,2026-04-02,1", { reason: "damaged_member_id", of: "row", firstColumn: "Id" }],
    ["no date", "a,,1", { reason: "no_date", of: "row", firstColumn: "Day" }],
    ["bad date", "a,2026-02-30,1", { reason: "not_a_date", of: "row", firstColumn: "Day" }],
    ["words", "a,2026-04-02,12abc", { reason: "not_a_number", of: "cell", firstColumn: "Steps" }],
    ["overflow", "a,2026-04-02,1e400", { reason: "not_a_number", of: "cell", firstColumn: "Steps" }],
    ["thousands", 'a,2026-04-02,"1,234"', { reason: "thousands_separator", of: "cell", firstColumn: "Steps" }],
    ["empty", "a,2026-04-02,", { reason: "empty", of: "cell", firstColumn: "Steps" }],
    ["identical", "a,2026-04-01,1", { reason: "duplicate", of: "row" }],
    ["conflicting", "a,2026-04-01,2", { reason: "conflict", of: "cell", firstColumn: "Steps" }],
  ];
  test.each(cases)("%s", (_, row, expected) => {
    const { report } = load(`Id,Day,Steps\na,2026-04-01,1\n${row}\nb,2026-04-03,1\n`);
    expect(report.files[0]?.rows).toBe(3);
    expect(report.files[0]?.skipped[0]).toEqual({ count: 1, firstLine: 3, ...expected });
  });

  test("a conflicting value takes the earlier one's place, whichever file it is in", () => {
    const { members } = load("Id,Day,Steps\na,2026-04-01,900\na,2026-04-01,12\n");
    expect(members[0]?.days[0]?.values).toEqual({ steps: 12 });
  });

  test("importing a file twice changes nothing and is counted", () => {
    const file = { name: "t.csv", text: "Id,Day,Steps\na,2026-04-01,1\na,2026-04-02,2\n" };
    const once = importCsv([file], { columns: stepsOnly });
    const twice = importCsv([file, file], { columns: stepsOnly });
    expect(twice.members).toEqual(once.members);
    expect(twice.report.files[1]).toMatchObject({
      used: 0,
      skipped: [{ reason: "duplicate", count: 2, firstLine: 2 }],
    });
  });
});

describe("what fails, saying where and what to do", () => {
  const cases: [string, string, RegExp, RegExp?][] = [
    ["empty file", "", /t\.csv is empty/],
    ["blank lines only", "\n\n", /t\.csv is empty/],
    ["header only", "Id,Day,Steps\n", /has a header and no rows/],
    ["unknown column", "Id,Day,TotalStep\na,2026-04-01,1", /no column "Steps"/, /Id, Day, TotalStep/],
    ["semicolons", "Id;Day;Steps\na;2026-04-01;1", /not separated by commas/],
    ["tabs", "Id\tDay\tSteps\na\t2026-04-01\t1", /not separated by commas/],
    ["UTF-16", "I\0d\0,\0D\0a\0y\0\n\0", /not a text file/],
    ["zip", "PK\u0003\u0004\u0014\u0006,x\n1,2", /not a text file/],
    ["ambiguous", "Id,Day,Steps\na,4/5/2026,1\n", /t\.csv, column Day/, /--date-format M\/D\/Y/],
    [
      "nothing usable",
      "Id,Day,Steps\na,someday,1\nb,,x\n",
      /none of 2 rows.*1 no_date \(first: line 3, column Day\); 1 not_a_date/,
    ],
    ["open quote", 'Id,Day,Steps\na,2026-04-01,1\n"b,2026-04-01,1\n', /t\.csv:3: .*never closed/],
  ];
  test.each(cases)("%s", (_, text, message, hint) => {
    const error = refusal(() => load(text));
    expect(error.code).toBe("invalid_data");
    expect(error.message).toMatch(message);
    if (hint) expect(error.hint).toMatch(hint);
  });

  test("no mapping, no file", () => {
    expect(refusal(() => load("Id\n1", {})).code).toBe("invalid_argument");
    expect(refusal(() => importCsv([], { columns })).code).toBe("invalid_argument");
  });

  test("bands alone are no daily values", () => {
    const mapping = parseColumns("member=Id,date=Day,band=Band");
    expect(refusal(() => load("Id,Day,Band\na,2026-04-01,65+", { columns: mapping })).message).toContain(
      "no daily value",
    );
  });

  test("no message holds what a cell says", () => {
    const texts = [
      "Id,Day,Steps\ncanary,canary-day,1\n",
      'Id,Day,Steps\n"canary,2026-04-01,1',
      "Id,Day,Steps\ncanary,4/5/2026,1\n",
    ];
    for (const text of texts) {
      const error = refusal(() => load(text));
      expect(`${error.message} ${error.hint}`).not.toContain("canary");
    }
  });
});

test("a hundred thousand rows", () => {
  const rows = Array.from(
    { length: 100_000 },
    (_, i) =>
      `m${i % 1000},${1 + (i % 12)}/${1 + (Math.floor(i / 1000) % 28)}/20${10 + (Math.floor(i / 28_000) % 10)},${i}`,
  );
  const { report } = load(`Id,Day,Steps\n${rows.join("\n")}\n`);
  const file = report.files[0];
  const skippedRows = file?.skipped.filter((each) => each.of === "row").reduce((sum, each) => sum + each.count, 0);
  expect((file?.used ?? 0) + (skippedRows ?? 0)).toBe(100_000);
  expect(report.members).toBe(1000);
});
