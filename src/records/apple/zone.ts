// The offset of a named time zone, which Apple gives with some records; its dates all carry that of the phone at export.
import type { Zone } from "../sample.ts";
import { MINUTE_MS, readOffset } from "../scan/stamp.ts";

/** Offsets change at full quarters of an hour. */
const STEP_MS = 15 * MINUTE_MS;
const HELD_MAX = 20_000;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();
const offsets = new Map<string, number | undefined>();

/** The zone `name` (IANA) at an instant; undefined for a name that this platform does not know. */
export function namedZone(name: string, instant: number): Zone | undefined {
  const step = Math.floor(instant / STEP_MS);
  const key = step + name;
  if (!offsets.has(key)) {
    if (offsets.size >= HELD_MAX) {
      offsets.clear();
      formats.clear();
    }
    if (!formats.has(name)) formats.set(name, formatOf(name));
    // "7/1/2026, GMT+02:00"; of Greenwich itself "GMT"
    const said = formats
      .get(name)
      ?.format(step * STEP_MS)
      .split("GMT")[1];
    offsets.set(key, said === "" ? 0 : readOffset(said));
  }
  const offsetMinutes = offsets.get(key);
  return offsetMinutes === undefined ? undefined : { offsetMinutes, from: "record" };
}

function formatOf(timeZone: string): Intl.DateTimeFormat | undefined {
  try {
    return new Intl.DateTimeFormat("en-US", { timeZone, timeZoneName: "longOffset" });
  } catch {
    return undefined;
  }
}
