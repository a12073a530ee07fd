import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { nearTwins, readMember } from "../../../src/records/tables/ids.ts";
import { type Options, read, refusal } from "./given.ts";

const columns = "member=Id,date=Day,steps=Steps";
const rows = (...lines: readonly string[]) => ["Id,Day,Steps", ...lines].join("\n");

describe("numbers by the whole column", () => {
  const weights = async (...cells: readonly string[]) =>
    (
      await read(["Id;Day;Weight", ...cells.map((cell, i) => `a;2026-04-${10 + i};${cell}`)].join("\n"), {
        columns: "member=Id,date=Day,weight=Weight",
      })
    ).samples.map(({ value }) => value);
  test("one that leaves no choice settles the others", async () => {
    expect(await weights("70,5", "71,125")).toEqual([70.5, 71.125]);
    expect(await weights("70.5", "71.125")).toEqual([70.5, 71.125]);
    expect(await weights("71,125", "70,125")).toEqual([71.125, 70.125]);
    expect(await weights("70,5 kg", "155.43 lb")).toEqual([70.5, 155.43 * 0.45359237]);
  });
  test("another column of the file settles them", async () => {
    const text = "Id;Day;Weight;Energy\na;2026-04-13;70,5;1.850\na;2026-04-14;70,7;2.100\n";
    const { samples } = await read(text, { columns: "member=Id,date=Day,weight=Weight,active_energy=Energy" });
    expect(samples.filter(({ metric }) => metric === "active_energy").map(({ value }) => value)).toEqual([1850, 2100]);
  });
  test("counts have no decimals, whichever mark they have", async () => {
    const { values } = await read(`Id;Day;Steps\na;2026-04-13;8,123\nb;2026-04-13;912`, { columns });
    expect(Object.values(values).flat()).toEqual([8123, 912]);
  });
  test("what stays open is refused", async () => {
    const energy = "member=Id,date=Day,active_energy=Kcal";
    expect(await refusal("Id;Day;Kcal\na;2026-04-13;20.850\na;2026-04-14;5.850\n", { columns: energy })).toMatch(
      /column Kcal.*thousands or before decimals/,
    );
  });
});

describe("units", () => {
  const load = (name: string, cells: readonly string[], mapping: string) => ({
    text: [`Id;Day;${name}`, ...cells.map((cell, i) => `a;2026-04-${10 + i};${cell}`)].join("\n"),
    columns: `member=Id,date=Day,${mapping}`,
  });
  const refused = (name: string, cells: readonly string[], mapping: string) => {
    const { text, columns: with_ } = load(name, cells, mapping);
    return refusal(text, { columns: with_ });
  };
  test.each([
    ["distance", ["5.1", "7.25"], /kilometres.*distance=X@km/],
    ["weight", ["180", "175.5", "182"], /pounds.*weight=X@lb/],
    ["body_fat", ["0.21", "0.22"], /ratio.*body_fat=X@1/],
    ["spo2", ["0.97", "0.96"], /ratio/],
    ["sleep", ["27000000", "25000000"], /milliseconds/],
    ["active_energy", ["9000.5", "12000", "8800"], /kilojoules/],
    ["hrv_rmssd", ["0.045", "0.051"], /seconds/],
  ])("%s of %j is refused, and read when its unit is said", async (metric, cells, why) => {
    expect(await refused("X", cells, `${metric}=X`)).toMatch(why);
    const unit = /=X@(\S+?),/.exec(await refused("X", cells, `${metric}=X`))?.[1];
    expect(await refused("X", cells, `${metric}=X@${unit}`)).toBe("read");
  });
  test("usual values are not suspected", async () => {
    for (const [metric, cells] of [
      ["sleep", ["452", "30", "0"]],
      ["distance", ["5100", "812"]],
      ["weight", ["70.5", "120"]],
      ["steps", ["3", "12000"]],
      ["rhr", ["55"]],
      ["exercise", ["0", "45"]],
      ["spo2", ["97"]],
    ] as const)
      expect([metric, await refused("X", cells, `${metric}=X`)]).toEqual([metric, "read"]);
  });
  test("a unit in a column's name is used, and said", async () => {
    const { text, columns: with_ } = load("Sleep (h)", ["7.5"], 'sleep="Sleep (h)"');
    const { samples, notes } = await read(text, { columns: with_ });
    expect(samples[0]).toMatchObject({ value: 450, converted: "h" });
    expect(notes).toMatchObject({ unit_from_header: 1 });
  });
  test("minutes and seconds, where hours cannot be", async () => {
    const text = "Id,Day,Time\na,2026-04-13,45:30\na,2026-04-14,7:30\n";
    const { samples, notes } = await read(text, { columns: "member=Id,date=Day,exercise=Time" });
    expect(samples.map(({ value }) => value)).toEqual([45.5, 7.5]);
    expect(notes).toMatchObject({ minutes_and_seconds: 1 });
  });
});

describe("times", () => {
  test("a night that is known by its beginning belongs to the day of waking", async () => {
    const text = "Id,Bed,Min\na,2026-04-13 23:05:00,450\na,2026-04-15 00:30:00,400\n";
    const { values, notes } = await read(text, { columns: "member=Id,date=Bed,sleep=Min" });
    expect(values).toEqual({ "a 2026-04-14 sleep": [450], "a 2026-04-15 sleep": [400] });
    expect(notes).toMatchObject({ night_from_start: 1 });
  });
  test("offsets of the cell, of a column, of the member, of nobody", async () => {
    const of = async (text: string, mapping: string, more: Options = {}) =>
      (await read(text, { columns: mapping, ...more })).samples[0]?.when;
    const start = Date.UTC(2026, 3, 13, 22);
    expect(await of("d,steps\n2026-04-14T00:30:00+02:00,5", "date=d,steps=steps")).toMatchObject({
      start: start + 1_800_000,
      zone: { offsetMinutes: 120, from: "record" },
    });
    expect(await of("d,z,steps\n2026-04-14 00:00:01,UTC+0200,5", "date=d,zone=z,steps=steps")).toMatchObject({
      start: start + 1000,
      zone: { from: "record" },
    });
    expect(await of("d,steps\n2026-04-14 00:00:01,5", "date=d,steps=steps", { offsetAt: () => 120 })).toMatchObject({
      start: start + 1000,
      zone: { from: "device" },
    });
    expect(await of("d,steps\n2026-04-13T22:00:01Z,5", "date=d,steps=steps")).toMatchObject({
      start: start + 1000,
      zone: { offsetMinutes: 0, from: "assumed" },
    });
  });
  test("midnights of one place, since 1970, are its days", async () => {
    const at = (day: number, hour: number) => Date.UTC(2026, 2, day, hour);
    const text = rows(`a,${at(27, 23)},1`, `a,${at(28, 23)},2`, `a,${at(29, 22)},3`, `a,${at(30, 22)},4`);
    const { values, notes } = await read(text, { columns });
    expect(Object.keys(values)).toEqual(["28", "29", "30", "31"].map((day) => `a 2026-03-${day} steps`));
    expect(notes).toMatchObject({ zone_inferred: 1 });
  });
  test("a spreadsheet's numbers are days, and told", async () => {
    const { values, notes } = await read(rows("a,46125,1", "a,46126.5,2"), { columns });
    expect(Object.keys(values)).toEqual(["a 2026-04-13 steps", "a 2026-04-14 steps"]);
    expect(notes).toEqual({ serial_dates: 1 });
  });
  test("ambiguous dates are refused with both orders", async () => {
    expect(await refusal(rows("a,04/05/2026,1"), { columns })).toMatch(
      /column Day.*--date-format M\/D\/Y or --date-format D\/M\/Y/,
    );
    const { values } = await read(rows("a,04/05/2026,1"), { columns, dateFormat: "D/M/Y" });
    expect(values).toEqual({ "a 2026-05-04 steps": [1] });
  });
});

describe("rows", () => {
  test("totals, ragged and cut ones are left out and counted", async () => {
    const { values, skips } = await read(
      rows(
        "a,2026-04-13,1",
        "Total,,1",
        "a,Total,1",
        "a,2026-04-14",
        "a,2026-04-15,1,2",
        "b,2026-04-13,2,",
        ",2026-04-13,9",
        "a,,3",
        "a,soon,3",
        'b,2026-04-14,"1"x',
      ),
      { columns },
    );
    expect(values).toEqual({ "a 2026-04-13 steps": [1], "b 2026-04-13 steps": [2] });
    expect(skips).toEqual({ totals_row: 2, ragged_row: 2, no_member: 1, no_date: 1, not_a_date: 1, stray_quote: 1 });
  });
  test("files put one after another, their headers in either order of columns", async () => {
    const text = `${rows("a,2026-04-13,1")}\n${rows("b,2026-04-13,2")}\nDay,Steps,Id\n2026-04-13,3,c\n`;
    const { values, skips } = await read(text, { columns });
    expect(values).toEqual({ "a 2026-04-13 steps": [1], "b 2026-04-13 steps": [2], "c 2026-04-13 steps": [3] });
    expect(skips).toEqual({});
  });
  test("blank lines between rows, an odd row among them", async () => {
    const { values, skips } = await read(rows("a,2026-04-13,1", "", "a,2026-04-14,2", "", "oops", "a,2026-04-15,3"), {
      columns,
    });
    expect(Object.values(values).flat()).toEqual([1, 2, 3]);
    expect(skips).toEqual({ other_table: 1 });
  });
  test("no place or refusal holds a cell", async () => {
    const secret = "qXz9";
    const { said } = await read(
      rows(
        `${secret},2026-04-13,1`,
        `${secret},${secret},1`,
        `${secret},2026-04-14,${secret}`,
        `"${secret}"${secret},2026-04-14,1`,
      ),
      { columns },
    );
    expect(said).toMatch(/not_a_date.*"line":3.*"column":"Day"/);
    expect(said).not.toContain(secret);
    for (const text of [
      `${secret},1\n`,
      `${secret}\n${secret}`,
      `${secret},${secret},${secret}\n1,2,${secret}\n`.repeat(3),
      `{"${secret}": 1}\n`,
      `"${secret}`,
      rows(`a,${secret},1`),
      rows(`1.5E+09,2026-04-13,${secret}`),
    ])
      for (const mapping of [undefined, columns, "date=#1,steps=#2"])
        expect(
          await refusal(text, { path: "x.csv", ...(mapping === undefined ? {} : { columns: mapping }) }),
        ).not.toContain(secret);
  });
  test("columns that are not there are told by name, those that are nearly there too", async () => {
    expect(await refusal(rows("a,2026-04-13,1"), { columns: "member=Id,date=Day,steps=Stps" })).toMatch(
      /no column "Stps"; did you mean "Steps"\?.*the columns are Id, Day, Steps/,
    );
    const { notes } = await read(rows("a,2026-04-13,1"), { columns: `${columns},rhr=Rhr` });
    expect(notes).toEqual({ column_missing: 1 });
    expect((await read(rows("a,2026-04-13,1"), { columns: "member=id,date=DAY,steps=steps" })).samples.length).toBe(1);
  });
  test("files that are no table are told what they are", async () => {
    expect(await refusal("", { columns })).toMatch(/is empty/);
    expect(await refusal(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 0, 1, 2), { columns })).toMatch(/no text/);
    expect(await refusal("Id,Day,Steps\n", { columns })).toMatch(/no rows/);
    expect(await refusal(rows("a,2026-04-13,x"), { columns })).toMatch(
      /none of 1 rows is usable: not_a_number \(first: line 2, column Steps\)/,
    );
    expect(
      await refusal(
        new Uint8Array([...utf8("Id,Day,Steps\nMüller,2026-04-13,1\nM"), 0xfc, ...utf8("ller,2026-04-13,1\n")]),
        { columns },
      ),
    ).toMatch(/some of it is UTF-8/);
  });
});

describe("ids", () => {
  test("are as written; what a program changed is none", () => {
    expect(readMember(" 007 ")).toEqual({ id: "007" });
    expect(["1.5E+09", "101.0", "101,00", "x".repeat(200)].map(readMember)).toEqual(Array(4).fill("damaged_member_id"));
    expect([readMember(""), readMember("Grand total:"), readMember("Summe")]).toEqual([
      "no_member",
      "totals_row",
      "totals_row",
    ]);
    expect(readMember("Totaliser")).toEqual({ id: "Totaliser" });
  });
  test("twins are counted: case, zeros, form, spaces", () => {
    expect(nearTwins(["anna", "Anna", "007", "7", "Mu\u0308ller", "M\u00fcller", "a b", "ab", "x"])).toBe(8);
    expect(nearTwins(["a", "b", "0", "00x"])).toBe(0);
    expect(nearTwins([])).toBe(0);
  });
  test("twins in a file are kept apart and told", async () => {
    const { values, notes } = await read(rows("Anna,2026-04-13,1", "anna,2026-04-13,2"), { columns });
    expect(Object.keys(values).length).toBe(2);
    expect(notes).toEqual({ near_twin_ids: 2 });
  });
});
