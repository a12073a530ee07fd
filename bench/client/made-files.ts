// Files that importers are timed on, as devices write them: a run of some hours as FIT, months of a phone's export as XML.
import { concat, utf8 } from "../../src/base/bytes.ts";
import { crc } from "../../src/records/fit/decode.ts";

const START = 1_145_000_000;
/** Definitions: message, then field, bytes, base type of each. */
const FILE_ID = [0, [0, 1, 0], [1, 2, 0x84], [2, 2, 0x84], [3, 4, 0x8c], [4, 4, 0x86]] as const;
const RECORD = [
  ...[20, [253, 4, 0x86], [0, 4, 0x85], [1, 4, 0x85], [2, 2, 0x84], [3, 1, 2], [4, 1, 2]],
  ...[
    [5, 4, 0x86],
    [6, 2, 0x84],
    [13, 1, 1],
  ],
] as unknown as Layout;
const SESSION = [
  18,
  [253, 4, 0x86],
  [2, 4, 0x86],
  [5, 1, 0],
  [7, 4, 0x86],
  [8, 4, 0x86],
  [9, 4, 0x86],
  [17, 1, 2],
] as const;
const ACTIVITY = [34, [253, 4, 0x86], [5, 4, 0x86]] as const;

type Layout = readonly [number, ...(readonly [number, number, number])[]];

/** An activity with one record a second. */
export function fitActivity(records: number): Uint8Array {
  const out: number[] = [];
  const put = (value: number, width: number) => {
    for (let at = 0; at < width; at++) out.push(Math.floor(value / 2 ** (8 * at)) & 255);
  };
  const define = (local: number, [kind, ...fields]: Layout) => {
    out.push(0x40 | local, 0, 0);
    put(kind, 2);
    out.push(fields.length, ...fields.flat());
  };
  const write = (local: number, [, ...fields]: Layout, values: readonly number[]) => {
    out.push(local);
    for (const [at, [, width]] of fields.entries()) put(values[at] as number, width);
  };
  define(0, FILE_ID);
  write(0, FILE_ID, [4, 1, 2697, 12_345, START]);
  define(1, RECORD);
  for (let n = 0; n < records; n++)
    write(1, RECORD, [
      START + n,
      456_099_128 + n * 7,
      2e9 - n,
      2600 + (n % 90),
      90 + (n % 80),
      80 + (n % 9),
      n * 310,
      3100,
      21,
    ]);
  define(2, SESSION);
  write(2, SESSION, [START + records, START, 1, records * 1000, records * 1000, records * 310, 171]);
  define(3, ACTIVITY);
  write(3, ACTIVITY, [START + records, START + records + 7200]);
  const head = Uint8Array.from([
    14,
    0x20,
    8,
    8,
    ...[0, 8, 16, 24].map((shift) => (out.length >> shift) & 255),
    0x2e,
    0x46,
    0x49,
    0x54,
    0,
    0,
  ]);
  const whole = concat(head, Uint8Array.from(out));
  const check = crc(whole, 0, whole.length);
  return concat(whole, Uint8Array.from([check & 255, check >> 8]));
}

const KINDS = [
  ["StepCount", "count"],
  ["HeartRate", "count/min"],
  ["ActiveEnergyBurned", "kcal"],
  ["BasalEnergyBurned", "kcal"],
  ["EnvironmentalAudioExposure", "dBASPL"],
] as const;

/** Records of a watch, of which three in five are of a metric. */
export function appleExport(records: number): Uint8Array {
  const lines = Array.from({ length: records }, (_, n) => {
    const [kind, unit] = KINDS[n % KINDS.length] as (typeof KINDS)[number];
    const minute = (at: number) =>
      `${String(Math.floor(at / 60) % 24).padStart(2, "0")}:${String(at % 60).padStart(2, "0")}:00`;
    const day = `2026-04-${String(1 + (Math.floor(n / 1440) % 28)).padStart(2, "0")}`;
    const stamp = `${day} ${minute(n)} +0200`;
    return ` <Record type="HKQuantityTypeIdentifier${kind}" sourceName="Apple Watch" sourceVersion="10.1.1" device="&lt;&lt;HKDevice: 0x${(n * 16).toString(16)}&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,7, software:10.1.1&gt;" unit="${unit}" creationDate="${stamp}" startDate="${stamp}" endDate="${stamp}" value="${50 + (n % 97)}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n </Record>`;
  });
  return utf8(`<?xml version="1.0"?>\n<HealthData locale="en">\n${lines.join("\n")}\n</HealthData>\n`);
}
