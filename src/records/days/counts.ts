// What happened to each metric's values, in numbers alone.
import type { Place, Zone } from "../sample.ts";

export interface MetricCounts {
  /** Members' days that have a value. */
  days: number;
  /** Values read. */
  values: number;
  /** Of those with a time of day: where their zone is known from. */
  readonly zones: Record<Zone["from"], number>;
  /** By the unit they were given in. */
  readonly converted: Record<string, number>;
  /** The same value of the same source again. */
  duplicates: number;
  /** Set aside, in whole or in part, for a source that is believed more or for the source's own total. */
  overlapping: number;
  /** A whole day's value that another of the same source contradicts. */
  conflicts: number;
  /** Days that several values of a file without a time of day were made into, by the metric's rule. */
  joined: number;
  /** Outside of what anybody can have: missing. */
  implausible: number;
  firstImplausible?: Place;
  /** Days whose value lies outside of the public bounds and is moved to the nearer one when it is used. */
  clipped: number;
  /** Zeros of days on which nothing shows that a device was worn: missing. */
  notWorn: number;
  /** Days on which a device was known to be worn for too short a time: missing. */
  wornTooLittle: number;
}

export function newCounts(): MetricCounts {
  return {
    days: 0,
    values: 0,
    zones: { record: 0, file: 0, device: 0, assumed: 0 },
    converted: {},
    duplicates: 0,
    overlapping: 0,
    conflicts: 0,
    joined: 0,
    implausible: 0,
    clipped: 0,
    notWorn: 0,
    wornTooLittle: 0,
  };
}
