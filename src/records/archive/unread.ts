// What a file is that no reader knows, by its first bytes, and how to get something readable. The words name kinds of
// files; they never quote one.
import type { Input } from "../reader.ts";
import { latin1 } from "../scan/xml.ts";
import type { Unread } from "./expand.ts";

type Kind = Omit<Unread, "file">;

const ascii = (text: string) => Array.from(text, (letter) => letter.charCodeAt(0));

const exports = "Import the files that an app or a device exported: docs/importing.md of the package lists them.";

/** Bytes at a place, and what begins so. */
const marks: readonly (readonly [at: number, bytes: readonly number[], kind: Kind])[] = [
  [
    0,
    ascii("%PDF"),
    { is: "a PDF document", hint: "Ask the app for its data as CSV, JSON or XML: a printed report holds none." },
  ],
  [
    0,
    ascii("SQLite format 3\0"),
    {
      is: "a SQLite database",
      hint: "Export its tables as CSV: sqlite3 -header -csv FILE 'select * from TABLE' > table.csv",
    },
  ],
  [
    0,
    [0xd0, 0xcf, 0x11, 0xe0],
    {
      is: "an old Excel workbook or another Office document",
      hint: "Open it and save the sheet as CSV (UTF-8), then import that.",
    },
  ],
  [0, [0x89, ...ascii("PNG")], { is: "a picture (PNG)", hint: exports }],
  [0, [0xff, 0xd8, 0xff], { is: "a picture (JPEG)", hint: exports }],
  [0, ascii("GIF8"), { is: "a picture (GIF)", hint: exports }],
  [8, ascii("WEBP"), { is: "a picture (WebP)", hint: exports }],
  [4, ascii("ftyp"), { is: "a picture or a film", hint: exports }],
  [0, ascii("bplist00"), { is: "a binary property list", hint: "Convert it: plutil -convert json FILE" }],
  [0, ascii("PAR1"), { is: "a Parquet file", hint: "Write it as CSV: duckdb -c \"copy 'FILE' to 'table.csv'\"" }],
  [0, [0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c], { is: "a 7-Zip archive", hint: "Unpack it and import the folder." }],
  [0, ascii("Rar!"), { is: "a RAR archive", hint: "Unpack it and import the folder." }],
  [0, ascii("BZh"), { is: "a bzip2 file", hint: "Unpack it: bunzip2 FILE" }],
  [0, [0xfd, ...ascii("7zXZ")], { is: "an xz file", hint: "Unpack it: unxz FILE" }],
  [0, [0x28, 0xb5, 0x2f, 0xfd], { is: "a Zstandard file", hint: "Unpack it: unzstd FILE" }],
  [0, ascii("{\\rtf"), { is: "a text document (RTF)", hint: exports }],
  [0, [0x7f, ...ascii("ELF")], { is: "a program", hint: exports }],
  [0, ascii("MZ"), { is: "a program", hint: exports }],
];

/** Of databases, the name of a table, which stands near the beginning. */
const databases: readonly (readonly [RegExp, Kind])[] = [
  [
    /steps_record_table|heart_rate_record_table/,
    {
      is: "Health Connect's own export, a SQLite database",
      hint: "An app that asks Health Connect for its records gives them as JSON, which is read; or export the tables as CSV: sqlite3 -header -csv FILE 'select * from TABLE' > table.csv",
    },
  ],
  [
    /_ACTIVITY_SAMPLE/,
    {
      is: "a Gadgetbridge database",
      hint: "Export the table of the device's activity as CSV: sqlite3 -header -csv FILE 'select * from TABLE' > table.csv. Its workouts are GPX or FIT files.",
    },
  ],
];

/** Of text, its beginning without space. */
const texts: readonly (readonly [RegExp, Kind])[] = [
  [
    /^<!doctype html|^<html/i,
    { is: "a web page", hint: "Download the export itself: this may be the page that offers it, or a login page." },
  ],
  [
    /^<\?xml[^>]*>\s*(?:<!--[\s\S]*?-->\s*)*<ClinicalDocument|^<ClinicalDocument/,
    { is: "a clinical document (CDA)", hint: "Of an Apple Health export, import export.xml or the whole zip." },
  ],
  [
    /^\{\s*"exportVersion"\s*:/,
    {
      is: "a part of Polar's export",
      hint: "It holds no values. Import the export whole: its sessions, days and nights are read.",
    },
  ],
  [
    /^\{\s*"DeviceLog"\s*:/,
    { is: "a log of a Suunto device", hint: "Export the activity as FIT or GPX: this JSON is not read." },
  ],
  [/^<kml|^<\?xml[^>]*>\s*<kml/, { is: "a map (KML)", hint: "Export the activity as TCX, GPX or FIT." }],
  [/^<\?xml|^<[a-z!]/i, { is: "XML of a kind that is not known", hint: exports }],
  [/^BEGIN:V/, { is: "contacts or a calendar", hint: exports }],
  [
    /^\{[^\n]*\}\s*\n\s*\{/,
    {
      is: "JSON lines of a shape that is not known",
      hint: `Write them as CSV with one row a day, and say what its columns mean (--columns). ${exports}`,
    },
  ],
  [
    /^[{[]/,
    {
      is: "JSON of a shape that is not known",
      hint: `Write it as CSV with one row a day, and say what its columns mean (--columns). ${exports}`,
    },
  ],
];

/** Of an Apple Health export, whose folders have these names in every language. */
export function isElectrocardiogram(path: string): boolean {
  return /(?:^|\/)electrocardiograms\/[^/]*$/.test(path);
}

/** @param head the first bytes */
export function unreadKind(head: Uint8Array, { path }: Pick<Input, "path">): Unread {
  if (isElectrocardiogram(path))
    return { file: path, is: "an electrocardiogram", hint: "No metric is made of it: its export.xml is what is read." };
  return { file: path, ...kindOf(head) };
}

/** Whether it may be a table after all, which the reader of tables then says more of. */
export function isPlainText(head: Uint8Array): boolean {
  return head.length > 0 && kindOf(head) === plainText;
}

const plainText: Kind = { is: "text without a table that can be made out", hint: exports };

function kindOf(head: Uint8Array): Kind {
  if (head.length === 0) return { is: "empty", hint: "Export it again." };
  const mark = marks.find(([at, bytes]) => bytes.every((byte, i) => head[at + i] === byte));
  if (mark !== undefined) {
    const database = mark[2].is === "a SQLite database" ? latin1(head, 0, head.length) : "";
    return databases.find(([pattern]) => pattern.test(database))?.[1] ?? mark[2];
  }
  const start = head.subarray(0, 4096);
  if (start.includes(0)) return { is: "binary data of a kind that is not known", hint: exports };
  const text = Array.from(start, (byte) => String.fromCharCode(byte))
    .join("")
    .replace(/^(?:\u00ef\u00bb\u00bf|\s)+/, "");
  return texts.find(([pattern]) => pattern.test(text))?.[1] ?? plainText;
}
