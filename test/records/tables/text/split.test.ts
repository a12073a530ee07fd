import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { utf8 } from "../../../../src/base/bytes.ts";
import { isPacelineError } from "../../../../src/base/errors.ts";
import { findDialect } from "../../../../src/records/tables/text/dialect.ts";
import { type Encoding, sniffEncoding, toUtf8, Utf8Check } from "../../../../src/records/tables/text/encoding.ts";
import { type Dialect, Splitter } from "../../../../src/records/tables/text/split.ts";

const plain: Dialect = { separator: ",", quote: '"', backslash: false };

interface Read {
  readonly line: number;
  readonly cells: string[];
  readonly stray: false | string;
  readonly afterBlank: boolean;
}

/** Splits bytes cut into pieces of `cut` bytes. */
function split(bytes: Uint8Array, dialect: Dialect, cut = 1e9): Read[] {
  const records: Read[] = [];
  const splitter = new Splitter("t.csv", dialect, (record) => {
    const cells = Array.from({ length: record.count }, (_, i) => record.text(i));
    records.push({ line: record.line, cells, stray: record.strayQuote, afterBlank: record.afterBlank });
    return false;
  });
  for (let at = 0; at < bytes.length; at += cut) splitter.push(bytes.slice(at, at + cut));
  splitter.end();
  return records;
}
const cellsOf = (text: string, dialect = plain) => split(utf8(text), dialect).map(({ cells }) => cells);

async function decoded(bytes: Uint8Array, encoding: Encoding, cut: number): Promise<Uint8Array> {
  async function* pieces() {
    for (let at = 0; at < bytes.length; at += cut) yield bytes.slice(at, at + cut);
  }
  const out: number[] = [];
  for await (const piece of toUtf8(pieces(), encoding)) out.push(...piece);
  return Uint8Array.from(out);
}
function utf16(text: string, bigEndian: boolean, bom: boolean): Uint8Array {
  const units = [...(bom ? [0xfeff] : []), ...Array.from({ length: text.length }, (_, i) => text.charCodeAt(i))];
  return Uint8Array.from(units.flatMap((unit) => (bigEndian ? [unit >> 8, unit & 255] : [unit & 255, unit >> 8])));
}

/** As a program would write it: quoted where it must be, or always. */
function render(rows: readonly (readonly string[])[], dialect: Dialect, eol: string, always: boolean): string {
  const { separator, quote, backslash } = dialect;
  const cell = (text: string) => {
    const quoted = always || text === "" || new RegExp(`[\\${separator}\\${quote}\r\n\\\\]|^\\s|\\s$`).test(text);
    if (!quoted) return text;
    const inner = backslash
      ? text.replaceAll(/[\\"']/g, (c) => (c === "\\" || c === quote ? `\\${c}` : c))
      : text.replaceAll(quote, quote + quote);
    return quote + inner + quote;
  };
  return rows.map((row) => row.map(cell).join(separator)).join(eol) + eol;
}

const separators = fc.constantFrom<Dialect["separator"]>(",", ";", "\t", "|");
const anyText = fc.oneof(
  fc.string({ maxLength: 6 }),
  fc.string({ unit: "binary", maxLength: 4 }),
  fc.constantFrom('"', '""', "\\", '\\"', "'", "a\nb", "a\r\nb", "\r", "x,y", "1;2", "\t", "|", " ", "Müller", "𝔘"),
);
const tables = fc
  .tuple(fc.integer({ min: 1, max: 6 }), fc.integer({ min: 1, max: 8 }))
  .chain(([columns, rows]) =>
    fc.array(fc.array(anyText, { minLength: columns, maxLength: columns }), { minLength: rows, maxLength: rows }),
  );

describe("splitting", () => {
  test("quotes, line ends and spaces as they are met", () => {
    expect(cellsOf("a,b\r\n1,2\r3,4\n")).toEqual([
      ["a", "b"],
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(cellsOf('"a","b ""c"" ",d')).toEqual([["a", 'b "c" ', "d"]]);
    expect(cellsOf('x, "a, b" ,"c"')).toEqual([["x", "a, b", "c"]]);
    expect(cellsOf("a,5'11\",b")).toEqual([["a", "5'11\"", "b"]]);
    expect(cellsOf('"say \\"hi\\"",8', { ...plain, backslash: true })).toEqual([['say "hi"', "8"]]);
    expect(cellsOf('"C:\\",8')).toEqual([["C:\\", "8"]]);
    expect(cellsOf("a,,\n,,b\n")).toEqual([
      ["a", "", ""],
      ["", "", "b"],
    ]);
  });

  test("lines are counted through quotes; a blank line is told to the record after it", () => {
    const read = split(utf8('a,"1\r\n2\n3",x\n\n\nb,c\r\rd,e'), plain);
    expect(read.map(({ line }) => line)).toEqual([1, 6, 8]);
    expect(read.map(({ afterBlank }) => afterBlank)).toEqual([false, true, true]);
  });

  test("a stray quote is told, and whether a backslash made it one", () => {
    expect(split(utf8('"a"b,c\n"a \\"b\\" c",d\n"ok",e'), plain).map(({ stray }) => stray)).toEqual([
      "stray",
      "backslash",
      false,
    ]);
  });

  test("a quote that is never closed and a row without end fail with a line, in bounded room", () => {
    expect(() => split(utf8('a\n"b,c\n'), plain)).toThrow(/t\.csv:2: a quote is never closed/);
    const endless = new Uint8Array(3_000_000).fill(97);
    expect(() => split(endless, plain, 65_536)).toThrow(/t\.csv:1: a cell or row is too long/);
    expect(() => split(utf8(",".repeat(5000)), plain)).toThrow(/too long/);
  });

  test("a row that arrives byte by byte is looked at a bounded number of times", () => {
    let looked = 0;
    const text = utf8(`a,b\n1,"${"x".repeat(50_000)}"\n`);
    const splitter = new Splitter("t.csv", plain, () => false);
    const scan = Reflect.get(Splitter.prototype, "push");
    for (const byte of text) {
      looked++;
      Reflect.apply(scan, splitter, [Uint8Array.of(byte)]);
    }
    splitter.end();
    expect(looked).toBe(text.length);
    expect(splitter.scanned).toBeLessThan(4 * text.length);
  });
});

describe("any table", () => {
  test("rendered in any dialect and cut anywhere reads back equal", () => {
    fc.assert(
      fc.property(
        tables,
        separators,
        fc.constantFrom<Dialect["quote"]>('"', "'"),
        fc.boolean(),
        fc.constantFrom("\n", "\r\n", "\r"),
        fc.boolean(),
        fc.integer({ min: 1, max: 40 }),
        (table, separator, quote, backslash, eol, always, cut) => {
          const dialect = { separator, quote, backslash };
          const bytes = utf8(render(table, dialect, eol, always));
          const expected = table.map((row) => row.map((cell) => cell.replaceAll(/[\ud800-\udfff]/gu, "\ufffd")));
          const read = split(bytes, dialect, cut);
          expect(read.map(({ cells }) => cells)).toEqual(expected);
          expect(read.every(({ stray }) => stray === false)).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });

  test("comes out of every encoding as it went in", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.string({ unit: "grapheme", minLength: 20, maxLength: 60 }),
        fc.boolean(),
        fc.boolean(),
        fc.integer({ min: 1, max: 9 }),
        async (text, bigEndian, bom, cut) => {
          const table = `Id,Day\n${text.replaceAll("\0", "")}`;
          const bytes = utf16(table, bigEndian, bom);
          const encoding = bigEndian ? "utf-16be" : "utf-16le";
          if (bom) expect(sniffEncoding(bytes)).toBe(encoding);
          expect(await decoded(bytes, encoding, cut)).toEqual(utf8(table));
        },
      ),
    );
  });

  test("random bytes are split or refused, in any dialect", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.integer({ min: 1, max: 50 }), (bytes, cut) => {
        const { dialect, skip } = findDialect(bytes);
        try {
          const read = split(bytes.slice(skip.bytes), dialect, cut);
          expect(read.length).toBeLessThanOrEqual(bytes.length);
        } catch (error) {
          if (!isPacelineError(error)) throw error;
          expect(error.code).toBe("invalid_data");
        }
      }),
    );
  });
});

describe("encodings", () => {
  test("byte order marks, and UTF-16 without one, are seen; zeros elsewhere are no text", () => {
    expect(sniffEncoding(utf8("\ufeffId"))).toBe("utf-8");
    expect(sniffEncoding(utf16("Id,Day\n", false, false))).toBe("utf-16le");
    expect(sniffEncoding(utf16("Id,Day\n", true, false))).toBe("utf-16be");
    expect(sniffEncoding(Uint8Array.of(0x50, 0x4b, 3, 4, 0, 0, 7, 7, 0))).toBeUndefined();
    expect(sniffEncoding(Uint8Array.of(0xff, 0xfe, 0, 0, 0x41, 0, 0, 0))).toBeUndefined();
    expect(sniffEncoding(new Uint8Array(0))).toBe("utf-8");
  });

  test("all 256 bytes of windows-1252 are different characters", async () => {
    const all = Uint8Array.from({ length: 256 }, (_, i) => i);
    const text = new TextDecoder().decode(await decoded(all, "windows-1252", 7));
    expect(new Set(text).size).toBe(256);
    const own = Array.from({ length: 256 }, (_, i) => new TextDecoder("windows-1252").decode(Uint8Array.of(i))).join(
      "",
    );
    expect(text).toBe(own);
  });

  test("the check agrees with a strict decoder, whatever the pieces", () => {
    const parts = fc.oneof(
      fc.uint8Array({ maxLength: 6 }),
      fc.string({ unit: "binary", maxLength: 6 }).map((text) => utf8(text)),
      fc.constantFrom(
        [0xc0, 0x80],
        [0xed, 0xa0, 0x80],
        [0xe0, 0x80, 0x80],
        [0xf4, 0x90, 0x80, 0x80],
        [0xf0, 0x8f, 0xbf, 0xbf],
      ),
    );
    fc.assert(
      fc.property(fc.array(parts, { maxLength: 5 }), fc.integer({ min: 1, max: 5 }), (some, cut) => {
        const bytes = Uint8Array.from([...some.flatMap((each) => [...each]), 10]);
        const check = new Utf8Check();
        for (let at = 0; at < bytes.length; at += cut) check.push(bytes.slice(at, at + cut));
        check.end();
        let strict = true;
        try {
          new TextDecoder("utf-8", { fatal: true }).decode(bytes);
        } catch {
          strict = false;
        }
        expect(check.invalid === 0).toBe(strict);
      }),
      { numRuns: 500 },
    );
  });

  test("a file cut inside a character stays UTF-8; one that ends in ü of windows-1252 does not", () => {
    const cut = new Utf8Check();
    cut.push(utf8("Müller,Mü").slice(0, -1));
    cut.end();
    expect(cut).toMatchObject({ valid: 1, invalid: 0 });
    const end = new Utf8Check();
    end.push(Uint8Array.of(0x4d, 0xfc));
    end.end();
    expect(end.invalid).toBe(1);
  });
});

describe("dialects", () => {
  const found = (text: string) => findDialect(utf8(text)).dialect;
  test("a separator is the one that cuts evenly", () => {
    expect(found("Id;Day;Steps;Weight, kg\na;2026-04-13;8123;70,5\n").separator).toBe(";");
    expect(found("Id\tDay\tNote\na\t1\tx, y\nb\t2\tz\n").separator).toBe("\t");
    expect(found("Id;Weight, kg\na;70,5\n").separator).toBe(";");
    expect(found("Id,Note\na,x; y\nb,z; w\n").separator).toBe(",");
    expect(found("Id|Day\na|1\n").separator).toBe("|");
    expect(found('Activities\nDate,Steps,Floors\n"13-04-2026","8,123","9"\n').separator).toBe(",");
    expect(found("only\none\ncolumn\n").separator).toBe(",");
    expect(found("").separator).toBe(",");
  });
  test("sep= lines are taken and counted", () => {
    expect(findDialect(utf8("sep=;\r\nId,x;Day\n"))).toMatchObject({
      dialect: { separator: ";" },
      skip: { bytes: 7, lines: 1 },
    });
    expect(findDialect(utf8("separate,Id\n1,2\n")).skip.bytes).toBe(0);
  });
  test("backslash quotes and single quotes are seen", () => {
    expect(found('Id,Note\na,"say \\"hi\\", then"\n').backslash).toBe(true);
    expect(found('Id,Note\na,"C:\\"\nb,"D:\\"\n').backslash).toBe(false);
    expect(found("'Id','Note'\n'a','x, y'\n").quote).toBe("'");
    expect(found("Id,Note\na,it's\nb,'tis\n").quote).toBe('"');
  });
});
