// Numbers as a reader sees them: thousands separated, a real minus sign, en dashes in intervals.
import type { Format, Value } from "./figure.ts";

const MINUS = "\u2212";

/** Beyond these, digits say less than a power of ten. */
const LARGEST = 1e15;
const DECIMALS_MAX = 12;

/** With exactly `decimals` places; a dash where there is no number. */
export function number(value: number, decimals = 0): string {
  if (!Number.isFinite(value)) return unbounded(value);
  if (Math.abs(value) >= LARGEST || (decimals > DECIMALS_MAX && value !== 0)) return powerOfTen(value, 3);
  const options = {
    minimumFractionDigits: Math.min(decimals, DECIMALS_MAX),
    maximumFractionDigits: Math.min(decimals, DECIMALS_MAX),
    signDisplay: "negative",
  } as const;
  return value.toLocaleString("en-US", options).replace("-", MINUS);
}

/** With at most `digits` significant digits, for quantities of unknown size; in powers of ten when far from 1. */
export function significant(value: number, digits = 3): string {
  if (!Number.isFinite(value)) return unbounded(value);
  const size = Math.abs(value);
  if (size !== 0 && (size < 1e-4 || size >= 1e9)) return powerOfTen(value, digits);
  return value
    .toLocaleString("en-US", { maximumSignificantDigits: digits, signDisplay: "negative" })
    .replace("-", MINUS);
}

export function signed(value: number, decimals: number): string {
  const text = number(value, decimals);
  return value > 0 ? `+${text}` : text;
}

/** A share between 0 and 1. */
export function percent(share: number, decimals = 0): string {
  if (Number.isNaN(share)) return "–";
  return `${number(share * 100, decimals)}\u00a0%`;
}

/** A privacy cost in zCDP. */
export function inRho(value: number): string {
  return `${significant(value)}\u00a0ρ`;
}

/** "60.2–62.6"; "−3 to 12" where a dash could be read as a minus. */
export function range(low: number, high: number, decimals: number): string {
  const between = low < 0 || high < 0 ? " to " : "–";
  return `${number(low, decimals)}${between}${number(high, decimals)}`;
}

/** Bytes in the largest decimal unit that keeps the number above 1. */
export function bytes(count: number): string {
  if (count < 1000) return `${number(count)} ${count === 1 ? "byte" : "bytes"}`;
  if (count < 1e6) return `${significant(count / 1e3)} kB`;
  return `${significant(count / 1e6)} MB`;
}

export function counted(count: number, one: string, many = `${one}s`): string {
  return `${number(count)} ${count === 1 ? one : many}`;
}

/** For words in a drawing, where a style sheet cannot. */
export function capitalised(text: string): string {
  const [first = ""] = text;
  return first.toUpperCase() + text.slice(first.length);
}

function unbounded(value: number): string {
  return Number.isNaN(value) ? "–" : value > 0 ? "∞" : `${MINUS}∞`;
}

/** A value of a table, a reading or an axis; two make an interval. */
export function shown(format: Format, value: Value, high?: Value): string {
  if (typeof value === "string") return value;
  const low = value ?? Number.NaN;
  if (high !== undefined && format.kind === "number") {
    const top = typeof high === "number" ? high : Number.NaN;
    return Number.isNaN(low) && Number.isNaN(top) ? "–" : range(low, top, format.decimals);
  }
  switch (format.kind) {
    case "number":
      return number(low, format.decimals);
    case "percent":
      return percent(low, format.decimals);
    case "signed":
      return signed(low, format.decimals);
    case "bytes":
      return bytes(low);
    case "words":
    case "significant":
      return significant(low, format.kind === "significant" ? format.digits : undefined);
  }
}

function powerOfTen(value: number, digits: number): string {
  const [mantissa = "", exponent = "0"] = value.toExponential(digits - 1).split("e");
  const superscript = Array.from(`${Number(exponent)}`, (c) => (c === "-" ? "⁻" : "⁰¹²³⁴⁵⁶⁷⁸⁹"[Number(c)])).join("");
  return `${Number(mantissa)} × 10${superscript}`.replace("-", MINUS);
}
