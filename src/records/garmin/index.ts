// Garmin: JSON of an account's export, of Garmin Connect, and of the Health API.
import type { Reader } from "../reader.ts";
import { readGarmin } from "./read.ts";
import { recognises } from "./recognise.ts";

export const garmin: Reader = {
  id: "garmin",
  title: "Garmin account export or Health API (JSON)",
  gives: [
    ...["steps", "distance", "floors", "active_energy", "rhr", "hr_mean", "hr_max", "hrv_rmssd", "sleep", "sleep_deep"],
    ...["sleep_light", "sleep_rem", "moderate", "vigorous", "exercise_sessions", "exercise", "weight", "bmi"],
    ...["body_fat", "spo2", "resp_rate", "vo2max", "skin_temp", "stress"],
  ],
  recognises,
  read: readGarmin,
};
