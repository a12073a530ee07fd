// How a table is written: what separates the cells, what quotes them, what escapes a quote; found in the first lines
// from how evenly each way of reading cuts them.
import { type Dialect, type RecordView, Splitter } from "./split.ts";

const SEPARATORS = [",", ";", "\t", "|"] as const;
const RECORDS_LOOKED_AT = 200;

export interface Found {
  readonly dialect: Dialect;
  /** Bytes and lines before the table: a spreadsheet's `sep=;`. */
  readonly skip: { readonly bytes: number; readonly lines: number };
}

/** @param head the first bytes in UTF-8, cut anywhere */
export function findDialect(head: Uint8Array): Found {
  const { separator, skip } = separatorLine(head);
  const rest = head.subarray(skip.bytes);
  const quote = quoteOf(rest);
  const tried = (separator === undefined ? SEPARATORS : [separator]).map((each) => {
    const plain = trial(rest, { separator: each, quote, backslash: false });
    return plain.backslashes ? trial(rest, { separator: each, quote, backslash: true }) : plain;
  });
  const best = tried.reduce((a, b) =>
    b.score > a.score || (b.score === a.score && b.score > 0 && commasInside(rest)) ? b : a,
  );
  return { dialect: best.dialect, skip };
}

/** The line `sep=;` that spreadsheets write and take for their own. */
function separatorLine(head: Uint8Array): { separator?: Dialect["separator"]; skip: Found["skip"] } {
  const none = { skip: { bytes: 0, lines: 0 } };
  const match = /^"?sep=([,;\t|])"?(\r\n|\n|\r)/i.exec(String.fromCharCode(...head.subarray(0, 10)));
  if (match === null) return none;
  return { separator: match[1] as Dialect["separator"], skip: { bytes: match[0].length, lines: 1 } };
}

/** Whether every comma stands between digits or before a space, as decimals and words have it: then another separator cuts. */
function commasInside(head: Uint8Array): boolean {
  const digit = (byte: number | undefined) => byte !== undefined && byte >= 48 && byte <= 57;
  return head.every((byte, i) => byte !== 44 || head[i + 1] === 32 || (digit(head[i - 1]) && digit(head[i + 1])));
}

/** Single quotes, where cells stand in them and none in double ones. */
function quoteOf(head: Uint8Array): Dialect["quote"] {
  let singles = 0;
  let before = 10;
  for (const byte of head) {
    if (byte === 34) return '"';
    const border = before === 10 || before === 13 || SEPARATORS.some((each) => each.charCodeAt(0) === before);
    if (byte === 39 && border) singles++;
    before = byte;
  }
  return singles > 3 ? "'" : '"';
}

/** How evenly a dialect cuts the first lines: neighbours with as many cells, more for more cells. */
function trial(head: Uint8Array, dialect: Dialect): { dialect: Dialect; score: number; backslashes: boolean } {
  const counts: number[] = [];
  let backslashes = false;
  const look = ({ count, strayQuote }: RecordView) => {
    counts.push(count);
    if (strayQuote === "backslash") backslashes = true;
    return counts.length >= RECORDS_LOOKED_AT;
  };
  const splitter = new Splitter("", dialect, look);
  try {
    splitter.push(head);
    splitter.end();
  } catch {
    // the head is cut anywhere, also inside a quoted cell; what was cut evenly before counts
  }
  let even = 0;
  for (let i = 1; i < counts.length; i++) if (counts[i] === counts[i - 1] && (counts[i] as number) > 1) even++;
  const often = new Map<number, number>();
  for (const count of counts) often.set(count, (often.get(count) ?? 0) + 1);
  const [usual] = [...often].reduce((a, b) => (b[1] > a[1] || (b[1] === a[1] && b[0] > a[0]) ? b : a), [1, 0]);
  return { dialect, score: (even / Math.max(1, counts.length - 1) + 0.01) * Math.log2(usual), backslashes };
}
