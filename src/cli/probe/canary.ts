// The canary search: every raw value and identifier of the members, looked for in every byte that crossed the wire and
// every file the services wrote. Needles are at least 8 bytes long and a find has boundaries, so it is no coincidence.
import type { Member } from "../../records/types.ts";

const WINDOW = 8;
const TABLE_BITS = 24;

export interface CanaryResult {
  readonly bytes: number;
  /** Different values and identifiers looked for; one value in several forms counts once. */
  readonly values: number;
  readonly hits: number;
}

/** Bytes to look for. Text is found whole only: "3000000000" does not hold the value "30000000". */
export interface Needle {
  readonly bytes: Uint8Array;
  readonly text: boolean;
}

export interface Canaries {
  readonly needles: readonly Needle[];
  readonly values: number;
}

export interface Raw {
  readonly members: readonly Member[];
  /** The days whose values are looked for: those that questions were about. */
  readonly window: { readonly start: number; readonly end: number };
  /** What devices computed, before bucketing. */
  readonly statistics: readonly number[];
  /** Raw lines of data files. */
  readonly lines: readonly string[];
  /** Numbers that the services write because they are public, budgets among them: a value that reads like one is no find. */
  readonly published?: ReadonlySet<string>;
}

/**
 * Identifiers, lines, and values in the forms a leak would have: text, and IEEE doubles in both byte orders. A value that
 * prints with fewer than 8 characters (8123 steps) is not looked for: its bytes occur by chance. Nor is a whole number:
 * a service has its own of every length, amounts and times.
 */
export function canariesOf({ members, window, statistics, lines, published = new Set() }: Raw): Canaries {
  const needles: Needle[] = [];
  const seen = new Set<string>();
  /** Whether the text is new and long enough. */
  const text = (value: string): boolean => {
    if (value.length < WINDOW || seen.has(value) || published.has(value)) return false;
    seen.add(value);
    needles.push({ bytes: Buffer.from(value, "utf8"), text: true });
    return true;
  };
  const number = (value: number) => {
    if (Number.isInteger(value) || !text(String(value))) return;
    const little = Buffer.alloc(8);
    little.writeDoubleLE(value);
    // A double with a run of zero bytes occurs by chance too.
    if (little.readUInt32LE(0) === 0) return;
    needles.push({ bytes: little, text: false }, { bytes: Buffer.from(little).reverse(), text: false });
  };
  for (const line of lines) text(line);
  for (const value of statistics) number(value);
  for (const { id, days } of members) {
    text(id);
    for (const { day, values } of days)
      if (day >= window.start && day < window.end) for (const value of Object.values(values)) number(value);
  }
  return { needles, values: seen.size };
}

const isDigit = (byte: number | undefined) => byte !== undefined && byte >= 0x30 && byte <= 0x39;

/** Whether the digits at the ends of a text go on beside it: then it is a part of another number. */
function goesOn({ bytes, text }: Needle, haystack: Uint8Array, at: number): boolean {
  if (!text) return false;
  const end = at + bytes.length;
  // "61.837" goes on in "61.8372", and in "161.837"; at the end of a sentence it does not.
  const before = isDigit(haystack[at - 1]) || (haystack[at - 1] === 0x2e && isDigit(haystack[at - 2]));
  const after = isDigit(haystack[end]) || (haystack[end] === 0x2e && isDigit(haystack[end + 1]));
  return (isDigit(bytes[0]) && before) || (isDigit(bytes.at(-1)) && after);
}

/** Where 8 bytes, given as two 32-bit words, fall in the table: two places, hardly ever taken both by chance. */
function firstSlot(low: number, high: number): number {
  return (Math.imul(low, 0x9e3779b1) ^ Math.imul(high, 0x85ebca6b)) >>> (32 - TABLE_BITS);
}
function secondSlot(low: number, high: number): number {
  return (Math.imul(low, 0xc2b2ae35) ^ Math.imul(high, 0x27d4eb2f)) >>> (32 - TABLE_BITS);
}

/** Finds needles of 8 bytes or more in haystacks: a Bloom filter of the needles' first 8 bytes, then a full comparison. */
export function canarySearch(needles: readonly Needle[]) {
  const bitmap = new Uint8Array(2 ** (TABLE_BITS - 3));
  const buckets = new Map<number, Needle[]>();
  const set = (slot: number) => {
    bitmap[slot >> 3] = (bitmap[slot >> 3] as number) | (1 << (slot & 7));
  };
  for (const needle of needles) {
    const { bytes } = needle;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
    const [low, high] = [view.getInt32(0, true), view.getInt32(4, true)];
    const slot = firstSlot(low, high);
    set(slot);
    set(secondSlot(low, high));
    const bucket = buckets.get(slot);
    if (bucket === undefined) buckets.set(slot, [needle]);
    else bucket.push(needle);
  }
  const findsAt = (haystack: Uint8Array, at: number, slot: number): number =>
    (buckets.get(slot) ?? []).filter((needle) => {
      const piece = haystack.subarray(at, at + needle.bytes.length);
      if (piece.length !== needle.bytes.length || Buffer.compare(piece, needle.bytes) !== 0) return false;
      return !goesOn(needle, haystack, at);
    }).length;
  return (haystack: Uint8Array): number => {
    let hits = 0;
    let low = 0;
    let high = 0;
    // The two words slide along: each byte enters at the top of the high word and leaves from the bottom of the low one.
    for (let i = 0; i < haystack.length; i++) {
      low = (low >>> 8) | (high << 24);
      high = (high >>> 8) | ((haystack[i] as number) << 24);
      const slot = firstSlot(low, high);
      if (((bitmap[slot >> 3] as number) & (1 << (slot & 7))) === 0) continue;
      const second = secondSlot(low, high);
      if (((bitmap[second >> 3] as number) & (1 << (second & 7))) === 0 || i < WINDOW - 1) continue;
      hits += findsAt(haystack, i - WINDOW + 1, slot);
    }
    return hits;
  };
}
