// Samples by hand, and the days that become of them.
import { formatDay, parseDay } from "../../../src/base/calendar.ts";
import { type CollectOptions, Collector } from "../../../src/records/days/collect.ts";
import type { MetricCounts } from "../../../src/records/days/counts.ts";
import type { DeviceClass, Sample, Source, Zone } from "../../../src/records/sample.ts";
import type { Member } from "../../../src/records/types.ts";
import { builtIn } from "../../../src/task/metrics.ts";

export function source(deviceClass: DeviceClass, more: Partial<Source> = {}): Source {
  return { key: `${deviceClass} 1`, provider: "lines", deviceClass, ...more };
}

const place = { file: "lines.txt", line: 1 };

/** `from` and `to` as ISO 8601 with an offset, which is the sample's zone: `2026-04-13T23:00+02:00`. */
export function span(
  metric: string,
  by: Source,
  from: string,
  to: string,
  value: number,
  known: Zone["from"] = "record",
): Sample {
  const [, sign = "+", hours = "0", minutes = "0"] = /([+-])(\d\d):(\d\d)$/.exec(from) ?? [];
  const offsetMinutes = (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes));
  const [start, end] = [Date.parse(from), Date.parse(to)];
  if (Number.isNaN(start + end)) throw new Error(`${from} or ${to} is no time`);
  const when = { kind: "span", start, end, zone: { offsetMinutes, from: known } } as const;
  return { member: "", metric, when, value, source: by, place };
}

export function onDay(metric: string, by: Source, day: string, value: number): Sample {
  return { member: "", metric, when: { kind: "day", day: parseDay(day) }, value, source: by, place };
}

export interface Reduced {
  readonly members: readonly Member[];
  readonly counts: ReadonlyMap<string, MetricCounts>;
  /** Of the only member, by date. */
  readonly days: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly told: readonly string[];
}

/** @param files samples of each file */
export function reduced(files: readonly (readonly Sample[])[], options: Partial<CollectOptions> = {}): Reduced {
  const told: string[] = [];
  const collector = new Collector(
    { registry: builtIn, ...options },
    { skip: (reason) => told.push(reason), note: (note) => told.push(note) },
  );
  for (const samples of files) {
    collector.begin("me");
    for (const sample of samples) collector.sample(sample);
  }
  const members = [...collector.members()];
  const days = Object.fromEntries((members[0]?.days ?? []).map(({ day, values }) => [formatDay(day), values]));
  return { members, counts: collector.counts, days, told };
}
