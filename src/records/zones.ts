// The zone of times that come without one: where the member lives if that was said, else UTC, which is then an assumption
// and counted as one.
import type { ReadOptions } from "./reader.ts";
import type { Zone } from "./sample.ts";

const assumed: Zone = { offsetMinutes: 0, from: "assumed" };

/** The zone at an instant that is known in UTC alone: seconds since an epoch, times that end in Z. */
export function zoneOfInstant({ offsetAt }: Pick<ReadOptions, "offsetAt">, instant: number): Zone {
  return offsetAt === undefined ? assumed : { offsetMinutes: offsetAt(instant), from: "device" };
}

/**
 * The instant and zone of a time as a clock on the wall showed it.
 * @param wall milliseconds since 1970-01-01T00:00 on that clock. Of an hour that occurs twice the first is meant; in one that is
 * skipped the clock had not yet been put forward.
 */
export function instantOfWall(
  { offsetAt }: Pick<ReadOptions, "offsetAt">,
  wall: number,
): { readonly instant: number; readonly zone: Zone } {
  if (offsetAt === undefined) return { instant: wall, zone: assumed };
  // Offsets change by hours at most: the day before has the offset before the change, the day after the one after it.
  const [before, after] = [offsetAt(wall - 86_400_000), offsetAt(wall + 86_400_000)];
  const fits = [before, after].find((offset) => offsetAt(wall - offset * 60_000) === offset);
  const offsetMinutes = fits ?? before;
  return { instant: wall - offsetMinutes * 60_000, zone: { offsetMinutes, from: "device" } };
}
