// Any file: written in any way it reads back equal; of any bytes it is read or refused.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../src/base/bytes.ts";
import { formatDay } from "../../../src/base/calendar.ts";
import { tables } from "../../../src/records/tables/index.ts";
import { inputOf, read, refusal } from "./given.ts";

const columns = "member=Id,date=Day,steps=Steps";
const rows = (...lines: readonly string[]) => ["Id,Day,Steps", ...lines].join("\n");

describe("any file", () => {
  const orders = {
    iso: (day: number) => formatDay(day),
    dmy: (day: number) => formatDay(day).split("-").reverse().join("."),
    compact: (day: number) => formatDay(day).replaceAll("-", ""),
  };
  const people = fc.uniqueArray(fc.constantFrom("a", "b", "007", "Möller", "Müller", "x y", 'q"t', "é,ü"), {
    minLength: 1,
    maxLength: 4,
  });
  test("of daily values, however written, gives the same values", async () => {
    await fc.assert(
      fc.asyncProperty(
        people,
        fc.integer({ min: 14, max: 40 }),
        fc.constantFrom(",", ";", "\t", "|"),
        fc.constantFrom(".", ","),
        fc.constantFrom(...(Object.keys(orders) as (keyof typeof orders)[])),
        fc.constantFrom("\n", "\r\n"),
        fc.integer({ min: 0, max: 3 }),
        fc.boolean(),
        fc.integer({ min: 1, max: 9000 }),
        async (members, days, separator, decimal, order, eol, titles, utf16, cut) => {
          const cell = (text: string) => (/["\s,;|\t]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
          const expected: Record<string, number[]> = {};
          const lines = [
            ...Array.from({ length: titles }, (_, i) => `Report ${i}`),
            ["Id", "Day", "Steps", "Weight"].join(separator),
          ];
          for (const [m, member] of members.entries())
            for (let i = 0; i < days; i++) {
              const [day, steps, weight] = [20_550 + i, 1000 * m + i, 60.5 + i / 4];
              expected[`${member} ${formatDay(day)} steps`] = [steps];
              expected[`${member} ${formatDay(day)} weight`] = [weight];
              lines.push(
                [member, orders[order](day), String(steps), String(weight).replace(".", decimal)]
                  .map(cell)
                  .join(separator),
              );
            }
          const text = lines.join(eol) + eol;
          const units = Uint8Array.from(
            [0xfeff, ...Array.from(text, (c) => c.charCodeAt(0))].flatMap((unit) => [unit & 255, unit >> 8]),
          );
          const { values, skips } = await read(utf16 ? units : text, { columns: `${columns},weight=Weight`, cut });
          expect(values).toEqual(expected);
          expect(skips).toEqual({});
        },
      ),
      { numRuns: 60 },
    );
  });
  test("of any bytes is read or refused", async () => {
    const piece = fc.constantFrom(
      "Id,Day,Steps\n",
      "a,2026-04-13,1\n",
      "a,4/13/2026,1\n",
      "a;b;c\n",
      '"',
      "\\",
      "\n\n",
      "\r",
      "{",
      "1.234",
      "1,5",
      "\u0000",
      "é",
      "2026",
      ",,,\n",
      "sep=;\n",
      "7:30,",
      "Total\n",
    );
    const bytes = fc.oneof(
      fc.array(piece, { maxLength: 25 }).map((parts) => utf8(parts.join(""))),
      fc.uint8Array({ maxLength: 200 }),
      fc.array(piece, { maxLength: 10 }).map((parts) => Uint8Array.from([...utf8(parts.join("")), 0xfc, 10])),
    );
    await fc.assert(
      fc.asyncProperty(
        bytes,
        fc.constantFrom(undefined, columns, "date=#2,steps=#3", "steps=Steps:count,date=Day"),
        fc.integer({ min: 1, max: 60 }),
        async (content, mapping, cut) => {
          expect(typeof tables.recognises(content, "t.csv")).toBe("boolean");
          expect(await refusal(content, { cut, ...(mapping === undefined ? {} : { columns: mapping }) })).toMatch(
            /^read$|^invalid_data: /,
          );
        },
      ),
      { numRuns: 500 },
    );
  });
  test("is recognised by its content: tables are, documents are not", () => {
    const known = (text: string) => tables.recognises(utf8(text), "anything");
    expect([
      known("Id,Day\na,1\n"),
      known("title\n\na;b\n1;2\n"),
      known("x\ty\n1\t2\n"),
      known("sep=,\na,b\n1,2"),
    ]).toEqual([true, true, true, true]);
    expect([
      known('{"a": 1}'),
      known("[1, 2]"),
      known("<?xml version='1.0'?>"),
      known("hello"),
      known(""),
      known("\u0000\u0001"),
    ]).toEqual(Array(6).fill(false));
  });
  test("is left where the caller stops it", async () => {
    const signal = {
      throwIfAborted: () => {
        throw new Error("stopped");
      },
    };
    await expect(read(rows("a,2026-04-13,1"), { columns, signal })).rejects.toThrow("stopped");
    expect(inputOf("x").size).toBe(1);
  });
});
