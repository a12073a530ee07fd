import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { parseColumns } from "../../../src/records/csv/columns.ts";
import { type CsvImportOptions, importCsv } from "../../../src/records/csv/import.ts";

const stepsOnly = parseColumns("member=Id,date=Day,steps=Steps");

function load(text: string, options: CsvImportOptions = { columns: stepsOnly }) {
  return importCsv([{ name: "t.csv", text }], options);
}

describe("any text", () => {
  const cell = fc.oneof(
    fc.constantFrom(
      "a",
      "b",
      "007",
      "1.5E+09",
      "2026-04-01",
      "4/13/2026",
      "13/4/2026",
      "4/5/2026",
      "4/5/26",
      "0",
      "12",
      "1,2",
      "x",
      "",
    ),
    fc.constantFrom('"', '"a', "\r", "1e999", "__proto__", "constructor", "\u0000"),
    fc.double().map(String),
    fc.string({ maxLength: 8 }),
  );
  const steps = fc.oneof(cell, fc.nat(99_999).map(String));
  const likely = fc.tuple(
    fc.constantFrom("a", "b", "c"),
    fc.constantFrom("2026-04-01", "4/13/2026", "4/5/2026"),
    steps,
  );
  const row = fc.oneof({ weight: 6, arbitrary: likely }, fc.array(cell, { minLength: 1, maxLength: 4 }));
  const rows = fc.array(row, { maxLength: 12 });
  const table = rows.map((each) => `Id,Day,Steps\n${each.map((one) => one.join(",")).join("\n")}`);
  const text = fc.oneof(table, table, fc.string({ unit: "binary", maxLength: 200 }));

  test("is read or refused with a PacelineError; rows add up; members are well formed", () => {
    let read = 0;
    fc.assert(
      fc.property(
        text,
        fc.constantFrom(undefined, "M/D/Y" as const, "D/M/Y" as const),
        fc.boolean(),
        (each, dateFormat, worn) => {
          let result: ReturnType<typeof load>;
          try {
            result = load(each, {
              columns: stepsOnly,
              ...(dateFormat ? { dateFormat } : {}),
              ...(worn ? { notWorn: "steps" } : {}),
            });
          } catch (error) {
            if (!isPacelineError(error) || error.code === "internal") throw error;
            return;
          }
          read++;
          const file = result.report.files[0];
          const left =
            file?.skipped.filter((skip) => skip.of === "row").reduce((sum, skip) => sum + skip.count, 0) ?? 0;
          expect((file?.used ?? 0) + left).toBe(file?.rows);
          for (const { id, days } of result.members) {
            expect(id).toBe(id.trim());
            days.forEach(({ day: number, values }, i) => {
              expect(number).toBeGreaterThan(days[i - 1]?.day ?? -1);
              expect(Object.keys(values)).toEqual(["steps"]);
              expect(Number.isFinite(values.steps)).toBe(true);
            });
          }
        },
      ),
      { numRuns: 2000 },
    );
    expect(read).toBeGreaterThan(200);
  });
});
