// What number a cell shows, under both conventions: a point or a comma before the decimals. Which one holds is settled by
// the whole column, for 8.123 is eight thousand in one country and little more than eight in another.

/** A cell's value by each convention; NaN where it is no number by that one. */
export interface NumberReading {
  readonly point: number;
  readonly comma: number;
  /** What stands after the number, such as `kg`; empty where nothing does. */
  readonly unit: string;
}

/** With its unit. */
const NUMBER_CHARS_MAX = 48;

const spaces = /[\s\u00a0\u202f\u2009]+/g;
const plain = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d{1,3})?$/i;
// groups of three, or of two before the last as in India; 0,123 is no group
const grouped = /^[+-]?[1-9]\d{0,2}(?:[,'\u2019 _]\d{3})+(?:\.\d+)?$|^[+-]?[1-9]\d?(?:,\d{2})+,\d{3}(?:\.\d+)?$/;
const withUnit = /^([+-]?[\d.,'\u2019 _]*\d)\s*([^\d\s.,'\u2019_+-][^\d]{0,15})$/;

const missingWords = new Set([
  ..."na n/a nan none null nil - -- --- \u2013 \u2014 . ? #n/a #na n.a. n.v. k.a. missing unknown undefined (null)".split(
    " ",
  ),
  "k. a.",
  "no data",
  "-- --",
]);

/** Whether a trimmed cell says in one of the usual words that there is no value. */
export function isMissing(cell: string): boolean {
  return cell === "" || (cell.length <= 9 && missingWords.has(cell.toLowerCase()));
}

/** Reads a trimmed cell; undefined for what is no number by either convention. Values beyond doubles are none. */
export function readNumber(cell: string): NumberReading | undefined {
  if (cell.length > NUMBER_CHARS_MAX) return undefined;
  const text = cell.replaceAll(spaces, " ").replace("\u2212", "-");
  const bare = both(text);
  if (bare !== undefined) return { ...bare, unit: "" };
  const parts = withUnit.exec(text);
  const number = parts === null ? undefined : both(parts[1] as string);
  return number === undefined ? undefined : { ...number, unit: parts?.[2]?.trim() ?? "" };
}

function both(text: string): { point: number; comma: number } | undefined {
  const point = pointValue(text);
  const comma = pointValue(text.replaceAll(/[.,]/g, (mark) => (mark === "." ? "," : ".")));
  return Number.isNaN(point) && Number.isNaN(comma) ? undefined : { point, comma };
}

function pointValue(text: string): number {
  const digits = plain.test(text) ? text : grouped.test(text) ? text.replaceAll(/[,'\u2019 _]/g, "") : "";
  const value = digits === "" ? Number.NaN : Number(digits);
  return Number.isFinite(value) ? value : Number.NaN;
}

/** The value of a cell's bytes where they are digits, with at most a point among them; NaN for anything else. */
export function plainNumber(bytes: Uint8Array, from: number, to: number): number {
  const length = to - from;
  if (length === 0 || length > 15) return Number.NaN;
  let value = 0;
  let scale = 0;
  for (let at = from; at < to; at++) {
    const digit = (bytes[at] as number) - 48;
    if (digit >= 0 && digit <= 9) {
      value = value * 10 + digit;
      scale *= 10;
    } else if (digit === -2 && scale === 0 && at > from && at + 1 < to) scale = 1;
    else return Number.NaN;
  }
  // one rounding: both are exact below 2^53 and 10^22
  return scale === 0 ? value : value / scale;
}

/** Whether such digits are a number by one convention only, or the same by both: no point, or one that cannot group. */
export function isSettled(bytes: Uint8Array, from: number, to: number): boolean {
  return to - from < 5 || to - from > 7 || bytes[to - 4] !== 46 || bytes[from] === 48;
}
