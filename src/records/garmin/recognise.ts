import { jsonHead } from "../scan/json-file.ts";

const day = /"calendarDate"\s*:/;
const ofDay = /"(?:totalSteps|moderateIntensityMinutes|vo2MaxValue)"\s*:/;
const signs = [
  /"(?:summarizedActivitiesExport|dailySleepDTO|hrvSummary|sleepStartTimestampGMT)"\s*:/,
  /"activityType"\s*:\s*\{\s*"typeId"/,
  /"metaData"\s*:\s*\{[^{}]{0,300}"calendarDate"\s*:/,
];

/** Of a push of the Health API. */
const pushed = [/"summaryId"\s*:/, /"(?:(?:start|measurement)TimeInSeconds|calendarDate)"\s*:/];

export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return (
    (day.test(text) && ofDay.test(text)) ||
    pushed.every((sign) => sign.test(text)) ||
    signs.some((sign) => sign.test(text))
  );
}
