// Fitbit: JSON of its archive, of Google Takeout and of its Web API, which is no more.
import type { Reader } from "../reader.ts";
import { readFitbit } from "./read.ts";
import { recognises } from "./recognise.ts";

export const fitbit: Reader = {
  id: "fitbit",
  title: "Fitbit archive, Takeout or Web API (JSON)",
  gives: [
    ...["steps", "distance", "floors", "rhr", "hr_mean", "hr_max", "hrv_rmssd", "sleep", "sleep_deep", "sleep_light"],
    ...["sleep_rem", "sleep_efficiency", "naps", "moderate", "vigorous", "exercise_sessions", "exercise", "bmi"],
    ...["body_fat", "spo2", "resp_rate", "vo2max", "skin_temp"],
  ],
  recognises,
  read: readFitbit,
};
