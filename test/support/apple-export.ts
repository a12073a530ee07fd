// An Apple Health export as a phone writes one, as long as a test wants: steps of a phone and a watch that overlap, heart rates, sleep.
import { formatDay } from "../../src/base/calendar.ts";

export interface AppleExportOptions {
  readonly days: number;
  /** Rows of steps and of heart rates, each. */
  readonly entriesPerDay: number;
  /** Since 1970. */
  readonly lastDay?: number;
  /** A name and a device that must never leave: what a test looks for elsewhere. */
  readonly canary?: string;
  /** Of a day's resting heart rate. */
  readonly restingRate?: (day: number) => number;
}

const two = (value: number) => String(value).padStart(2, "0");

/** Parts of one file, a day each. */
export function appleExport(options: AppleExportOptions): string[] {
  const { days, entriesPerDay, lastDay = 20_560, canary = "Nobody", restingRate = (day) => 58 + (day % 5) } = options;
  const source = `sourceName="${canary}’s Watch" sourceVersion="11.2" device="&lt;&lt;HKDevice: ${canary}&gt;, name:Apple Watch&gt;"`;
  const parts = ['<?xml version="1.0" encoding="UTF-8"?>\n<HealthData locale="de_DE">\n'];
  for (let day = lastDay - days + 1; day <= lastDay; day++) {
    const date = formatDay(day);
    const rows: string[] = [];
    const row = (type: string, unit: string, from: string, to: string, value: string | number) =>
      rows.push(
        ` <Record type="${type}" ${source} ${unit && `unit="${unit}" `}creationDate="${to}" startDate="${from}" endDate="${to}" value="${value}"/>\n`,
      );
    for (let i = 0; i < entriesPerDay; i++) {
      const minute = 7 * 60 + Math.floor((i * 15 * 60) / entriesPerDay);
      const from = `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}:00 +0200`;
      const to = `${date} ${two(Math.floor(minute / 60))}:${two(minute % 60)}:50 +0200`;
      row("HKQuantityTypeIdentifierStepCount", "count", from, to, Math.round(8000 / entriesPerDay) + ((day + i) % 7));
      row("HKQuantityTypeIdentifierHeartRate", "count/min", from, from, 60 + ((day * 31 + i * 7) % 80));
    }
    const morning = `${date} 06:30:00 +0200`;
    row("HKQuantityTypeIdentifierRestingHeartRate", "count/min", morning, morning, restingRate(day));
    row(
      "HKCategoryTypeIdentifierSleepAnalysis",
      "",
      `${formatDay(day - 1)} 23:10:00 +0200`,
      `${date} 06:${two(10 + (day % 40))}:00 +0200`,
      "HKCategoryValueSleepAnalysisAsleepCore",
    );
    parts.push(rows.join(""));
  }
  return [...parts, "</HealthData>\n"];
}
