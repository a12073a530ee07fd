import { jsonHead } from "../scan/json-file.ts";

const signs = [
  /"dataOrigin"\s*:/,
  /"(?:startZoneOffset|endZoneOffset|zoneOffset)"\s*:/,
  /"(?:recordType|type)"\s*:\s*"(?:Steps|HeartRate|SleepSession|RestingHeartRate|Distance|Weight|ExerciseSession|ActiveCaloriesBurned)(?:Record)?"/,
  /"dataType"\s*:\s*"[a-zA-Z]+"[^{}]{0,300}"startDate"\s*:|"startDate"\s*:[^{}]{0,300}"dataType"\s*:/,
  /"in(?:Kilocalories|Kilograms|Meters|Celsius)"\s*:/,
];

export function recognises(head: Uint8Array): boolean {
  const text = jsonHead(head);
  return signs.some((sign) => sign.test(text));
}
