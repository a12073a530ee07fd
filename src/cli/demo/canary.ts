// The canary search: every raw value and identifier of the members, looked for in every byte that crossed the wire and
// every file the services wrote. Values are at least 8 bytes long, so a find is no coincidence.
import type { Member } from "../../records/types.ts";

const WINDOW = 8;
const TABLE_BITS = 24;

export interface Needle {
  readonly bytes: Uint8Array;
}

export interface CanaryResult {
  readonly bytes: number;
  readonly values: number;
  readonly hits: number;
}

/** Days of each member whose raw values are searched for. */
const DAYS = 4;

/**
 * Identifiers and values in the forms a leak would have: text, and IEEE doubles in both byte orders.
 * @param statistics what devices computed, before bucketing
 * @param lines raw lines of data files
 */
export function needlesOf(
  members: readonly Member[],
  statistics: readonly number[],
  lines: readonly string[],
): { readonly needles: readonly Needle[]; readonly values: number } {
  const needles: Needle[] = [];
  let values = 0;
  const text = (value: string): boolean => {
    const bytes = Buffer.from(value, "utf8");
    if (bytes.length < WINDOW) return false;
    needles.push({ bytes });
    return true;
  };
  const number = (value: number) => {
    // Numbers with few digits are too common as bytes to mean anything.
    if (!text(String(value))) return;
    const little = Buffer.alloc(8);
    little.writeDoubleLE(value);
    needles.push({ bytes: little }, { bytes: Buffer.from(little).reverse() });
    values += 1;
  };
  for (const line of lines) if (text(line)) values += 1;
  for (const value of statistics) number(value);
  for (const { id, days } of members) {
    if (text(id)) values += 1;
    for (const day of days.slice(-DAYS)) for (const value of Object.values(day.values)) number(value);
  }
  return { needles, values };
}

function hashAt(bytes: Uint8Array, at: number): number {
  const low =
    (bytes[at] as number) |
    ((bytes[at + 1] as number) << 8) |
    ((bytes[at + 2] as number) << 16) |
    ((bytes[at + 3] as number) << 24);
  const high =
    (bytes[at + 4] as number) |
    ((bytes[at + 5] as number) << 8) |
    ((bytes[at + 6] as number) << 16) |
    ((bytes[at + 7] as number) << 24);
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> (32 - TABLE_BITS);
}

/** Finds needles in haystacks: a bitmap of the needles' first 8 bytes, then a full comparison. */
export function canarySearch(needles: readonly Needle[]) {
  const bitmap = new Uint8Array(2 ** (TABLE_BITS - 3));
  const buckets = new Map<number, Uint8Array[]>();
  for (const { bytes } of needles) {
    const hash = hashAt(bytes, 0);
    bitmap[hash >> 3] = (bitmap[hash >> 3] as number) | (1 << (hash & 7));
    buckets.set(hash, [...(buckets.get(hash) ?? []), bytes]);
  }
  return (haystack: Uint8Array): number => {
    let hits = 0;
    for (let at = 0; at + WINDOW <= haystack.length; at++) {
      const hash = hashAt(haystack, at);
      if (((bitmap[hash >> 3] as number) & (1 << (hash & 7))) === 0) continue;
      for (const needle of buckets.get(hash) ?? [])
        if (
          at + needle.length <= haystack.length &&
          Buffer.compare(haystack.subarray(at, at + needle.length), needle) === 0
        )
          hits++;
    }
    return hits;
  };
}
