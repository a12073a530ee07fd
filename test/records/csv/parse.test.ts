import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { csvRecords } from "../../../src/records/csv/parse.ts";

const parse = (...pieces: string[]) => [...csvRecords(pieces, "t.csv")];
const cells = (...pieces: string[]) => parse(...pieces).map((record) => record.cells);

describe("records", () => {
  test.each([
    [
      "plain",
      "a,b\n1,2\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "no line end at the end",
      "a,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "CRLF",
      "a,b\r\n1,2\r\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "CR alone",
      "a,b\r1,2\r",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    [
      "byte order mark",
      "\ufeffa,b\n1,2",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["byte order mark before a quote", '\ufeff"a",b', [["a", "b"]]],
    ["quotes", '"a,b","say ""hi""",""\n', [["a,b", 'say "hi"', ""]]],
    [
      "line ends inside quotes",
      '"a\nb\r\nc",2\r\n3,4',
      [
        ["a\nb\r\nc", "2"],
        ["3", "4"],
      ],
    ],
    [
      "empty cells",
      ",\n,,\n",
      [
        ["", ""],
        ["", "", ""],
      ],
    ],
    [
      "blank lines",
      "\n\na,b\n\r\n\n1,2\n\n",
      [
        ["a", "b"],
        ["1", "2"],
      ],
    ],
    ["a quoted empty cell is no blank line", '""\n', [[""]]],
    ["spaces belong to the cell", " a , b \n", [[" a ", " b "]]],
    ["nothing", "", []],
    ["only a byte order mark", "\ufeff", []],
  ])("%s", (_, text, expected) => expect(cells(text)).toEqual(expected));

  test("lines count from 1 at the start of each record, through quoted line ends", () => {
    const lines = parse('h\r\n\r\n"a\r\nb\nc"\r\nd\re\n').map((record) => record.line);
    expect(lines).toEqual([1, 3, 6, 7]);
  });

  test.each([
    ['a,b"c,d\n', 1],
    ['a,b,"c"d\n', 2],
    ['"a" ,b\n', 0],
  ])("%j has a stray quote in cell %i and the next record is whole", (text, column) => {
    const [bad, next] = parse(`${text}1,2`);
    expect(bad?.strayQuote).toBe(column);
    expect(next).toEqual({ line: 2, cells: ["1", "2"] });
  });

  test.each([
    ["never closed", 'a\nb\n1,"2\n3\n'],
    ["never closed, doubled at the end", 'a\nb\n1,"2""'],
    ["endless cell", `a\nb\n${"x".repeat(70_000)}\n`],
    ["endless row", `a\nb\n${",".repeat(2000)}\n`],
  ])("%s: fails with file and line", (_, text) => {
    let error: unknown;
    try {
      parse(text);
    } catch (caught) {
      error = caught;
    }
    if (!isPacelineError(error)) throw error ?? new Error("did not fail");
    expect(error.code).toBe("invalid_data");
    expect(error.message).toMatch(/^t\.csv:3: /);
  });
});

const cell = fc.oneof(fc.string(), fc.stringMatching(/^[a,"\r\n ]{0,6}$/));
// a record of one empty unquoted cell is a blank line, so every cell is quoted
const written = (rows: string[][], lineEnd: string) =>
  rows.map((row) => row.map((text) => `"${text.replaceAll('"', '""')}"`).join(",")).join(lineEnd);

test("reads back what RFC 4180 writes, however the text is cut", () => {
  const rows = fc.array(fc.array(cell, { minLength: 1, maxLength: 4 }), { maxLength: 6 });
  fc.assert(
    fc.property(
      rows,
      fc.constantFrom("\n", "\r\n", "\r"),
      fc.array(fc.nat(60), { maxLength: 8 }),
      (table, lineEnd, cuts) => {
        const text = written(table, lineEnd);
        const at = [0, ...cuts.map((cut) => Math.min(cut, text.length)).sort((a, b) => a - b), text.length];
        const pieces = at.slice(1).map((end, i) => text.slice(at[i], end));
        expect(cells(...pieces)).toEqual(table);
      },
    ),
  );
});

test("any text, cut anywhere, gives the same records or fails the same way", () => {
  const attempt = (pieces: string[]) => {
    try {
      return parse(...pieces);
    } catch (error) {
      if (!isPacelineError(error)) throw error;
      return error.message;
    }
  };
  fc.assert(
    fc.property(fc.stringMatching(/^[ab,"\r\n]{0,40}$/), (text) => {
      expect(attempt([...text])).toEqual(attempt([text]));
    }),
    { numRuns: 500 },
  );
});
