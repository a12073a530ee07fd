import { jsonHead } from "../scan/json-file.ts";

/** Nights, days of beats, days of steps; sessions by their zone and length, in the older words and in the newer. */
const signs = [
  /"(?:sleepResult|meanNightlyRecoveryRmssd|deviceDays)"\s*:/,
  /"date"\s*:[^{}]{0,100}"summary"\s*:\s*\{[^{}[\]]{0,300}"stepCount"\s*:/,
  /^[^{]{0,8}\{\s*"exportVersion"\s*:[^{}]{0,100}"date"\s*:[^{}]{0,100}"(?:summary|samples)"\s*:/,
  /"stopTime"\s*:[^{}]{0,400}"time[zZ]oneOffset(?:Minutes)?"\s*:/,
];

export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return signs.some((sign) => sign.test(text));
}
