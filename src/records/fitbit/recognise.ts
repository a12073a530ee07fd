import { jsonHead } from "../scan/json-file.ts";

const signs = [
  // of an archive: series and sleep logs, exercises, weighings
  /"dateTime"\s*:\s*"\d\d\/\d\d\/\d\d /,
  /"logId"\s*:\s*\d+\s*,\s*"(?:dateOfSleep|activityName|weight)"/,
  // of the Web API
  /"dateOfSleep"\s*:/,
  /"activities-(?:tracker-)?[a-zA-Z-]+"\s*:\s*[[{]/,
  /"(?:dailyRmssd|nightlyRelative|breathingRate)"\s*:/,
  /"(?:fairlyActiveMinutes|veryActiveMinutes)"\s*:/,
  /"(?:activityParentId|activeDuration)"\s*:/,
];

export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return signs.some((sign) => sign.test(text));
}
