// What every reader makes of a file: samples, each one value of one metric at a time or on a day. None of it leaves the device.
import type { MetricId } from "./types.ts";

export type DeviceClass = "watch" | "phone" | "ring" | "band" | "scale" | "chest" | "other" | "unknown";

/** Where local time was, and how that is known: of the record itself, of the whole file, of this device, or taken for granted. */
export interface Zone {
  /** East of UTC. */
  readonly offsetMinutes: number;
  readonly from: "record" | "file" | "device" | "assumed";
}

/** A local day as the source states it, for a night the day of waking; or a span of time, an instant where both ends are one. */
export type When =
  | {
      readonly kind: "day";
      /** Days since 1970-01-01. */
      readonly day: number;
    }
  | {
      readonly kind: "span";
      /** Milliseconds since 1970, UTC. */
      readonly start: number;
      readonly end: number;
      readonly zone: Zone;
    };

/** A device or service that measures. Readers make one object for each and give it with every sample. */
export interface Source {
  /** One for each physical device; never a person's name, a serial number or a pointer. Never printed. */
  readonly key: string;
  /** The reader's id, or whose export it is: `apple-health`, `fitbit`. */
  readonly provider: string;
  readonly deviceClass: DeviceClass;
  /**
   * Its values are the source's own for whole days: preferred over samples of the same provider. Of two for one day the greater
   * stands where the metric is a sum, since a day that was cut short by one export is whole in the next.
   */
  readonly total?: true;
  /** Somebody said that its values of one day without a time are parts of that day, which add up. */
  readonly parts?: true;
}

/** Where to look, without a cell of data. */
export interface Place {
  /** The path from what was given, with the path inside an archive: `takeout.zip/Fitbit/steps-2026-04-13.json`. */
  readonly file: string;
  /** From 1. */
  readonly line?: number;
  /** The column's name in the header; a field's name in formats without columns. */
  readonly column?: string;
  /** From 1, in formats without lines. */
  readonly record?: number;
}

export interface Sample {
  /** Empty where the file names nobody: then it is the member of the path that was given. */
  readonly member: string;
  readonly metric: MetricId;
  readonly when: When;
  /**
   * In the metric's own unit. Of metrics that are a sum, what the span holds; its share of each local day where it crosses
   * midnight.
   */
  readonly value: number;
  readonly source: Source;
  readonly place: Place;
  /** The unit it was given in, where the value was converted: counted. */
  readonly converted?: string;
}

/** The local day of an instant. */
export function localDay(instant: number, offsetMinutes: number): number {
  return Math.floor((instant + offsetMinutes * 60_000) / 86_400_000);
}
