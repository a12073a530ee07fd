// The Google Health API, version 4.
import type { Reader } from "../reader.ts";
import { readGoogleHealth } from "./read.ts";
import { recognises } from "./recognise.ts";

export const googleHealth: Reader = {
  id: "google-health",
  title: "Google Health API (JSON)",
  gives: [
    ...["steps", "distance", "floors", "active_energy", "rhr", "hr_mean", "hr_max", "hrv_rmssd", "hrv_sdnn"],
    ...["sleep", "sleep_deep", "sleep_light", "sleep_rem", "naps", "moderate", "vigorous", "exercise_sessions"],
    ...["exercise", "weight", "body_fat", "spo2", "resp_rate", "vo2max", "skin_temp"],
  ],
  recognises,
  read: readGoogleHealth,
};
