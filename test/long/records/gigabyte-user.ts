// A process of its own, whose heap is limited from outside: reads a gigabyte of an Apple Health export, made as it is read, into
// members, and prints how many values it had and the most that was on the heap, in megabytes.
import { importFiles } from "../../../src/records/import.ts";
import type { Input } from "../../../src/records/reader.ts";
import { readers } from "../../../src/records/readers.ts";
import { builtIn } from "../../../src/task/metrics.ts";

const BYTES = Number(process.argv[2]);
const PIECE_BYTES = 65_536;
/** HealthKit's name, unit, whether the record lasts a minute. */
const kinds = [
  ["StepCount", "count", 60],
  ["HeartRate", "count/min", 0],
  ["ActiveEnergyBurned", "kcal", 60],
  ["BasalEnergyBurned", "kcal", 60],
  ["EnvironmentalAudioExposure", "dBASPL", 60],
] as const;

/** Five records a quarter of an hour, over the years that a gigabyte lasts. */
function record(n: number): string {
  const [kind, unit, lasts] = kinds[n % kinds.length] as (typeof kinds)[number];
  const start = Date.UTC(2010, 0, 1) + Math.floor(n / kinds.length) * 900_000;
  const stamp = (ms: number) => `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} +0000`;
  const device = `&lt;&lt;HKDevice: 0x${(n * 16).toString(16)}&gt;, name:Apple Watch, manufacturer:Apple Inc., model:Watch, hardware:Watch6,7, software:10.1.1&gt;`;
  return ` <Record type="HKQuantityTypeIdentifier${kind}" sourceName="Zoë’s Apple Watch" sourceVersion="10.1.1" device="${device}" unit="${unit}" creationDate="${stamp(start)}" startDate="${stamp(start)}" endDate="${stamp(start + lasts * 1000)}" value="${50 + (n % 47)}">\n  <MetadataEntry key="HKMetadataKeyHeartRateMotionContext" value="0"/>\n </Record>\n`;
}

let peak = 0;
async function* pieces(): AsyncGenerator<Uint8Array> {
  const encoder = new TextEncoder();
  yield encoder.encode(
    '<?xml version="1.0"?>\n<!DOCTYPE HealthData [\n<!ELEMENT HealthData (broken\n]>\n<HealthData locale="en">\n',
  );
  for (let bytes = 0, n = 0; bytes < BYTES; ) {
    let text = "";
    while (text.length < PIECE_BYTES) text += record(n++);
    const piece = encoder.encode(text);
    bytes += piece.length;
    peak = Math.max(peak, process.memoryUsage().heapUsed);
    yield piece;
  }
  yield encoder.encode("</HealthData>\n");
}

const input: Input = { path: "export.xml", size: undefined, open: pieces };
const { report } = await importFiles([{ input, named: true, owner: "me" }], { registry: builtIn, readers });
const values = Object.values(report.metrics).reduce((sum, metric) => sum + (metric?.values ?? 0), 0);
process.stdout.write(JSON.stringify({ values, days: report.memberDays, peak: peak / 1e6 }));
