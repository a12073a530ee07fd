import { jsonHead } from "../scan/json-file.ts";

/** Fields that only Oura's documents have. */
const sign =
  /"(?:total_sleep_duration|readiness_score_delta|temperature_trend_deviation|equivalent_walking_distance|spo2_percentage|non_wear_time|recovery_index|sedentary_met_minutes)"\s*:|"bpm"\s*:\s*\d+\s*,\s*"source"\s*:|"vo2_max"\s*:|"summary_date"\s*:[^{}]{0,2000}"(?:period_id|cal_active)"\s*:|"(?:period_id|cal_active)"\s*:[^{}]{0,2000}"summary_date"\s*:|"day"\s*:[^{}]{0,300}"start_datetime"\s*:/;

export function recognises(head: Uint8Array): boolean {
  return sign.test(jsonHead(head));
}
