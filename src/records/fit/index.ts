// FIT files of Garmin and others: activities, all-day monitoring, sleep, heart rate variability, weighings.
import type { Reader } from "../reader.ts";
import { readFit } from "./read.ts";
import { recognises } from "./recognise.ts";

export const fit: Reader = {
  id: "fit",
  title: "FIT file (Garmin and others)",
  gives: [
    "steps",
    "distance",
    "active_energy",
    "rhr",
    "hr_mean",
    "hr_max",
    "hrv_rmssd",
    "sleep",
    "sleep_deep",
    "sleep_light",
    "sleep_rem",
    "naps",
    "moderate",
    "vigorous",
    "exercise_sessions",
    "exercise",
    "weight",
    "bmi",
    "body_fat",
    "spo2",
    "resp_rate",
    "vo2max",
    "skin_temp",
    "stress",
    "readiness",
  ],
  recognises,
  read: readFit,
};
