// Garmin: JSON of an account's export and of Garmin Connect.
import type { Reader } from "../reader.ts";
import { readGarmin } from "./read.ts";
import { recognises } from "./recognise.ts";

export const garmin: Reader = {
  id: "garmin",
  title: "Garmin account export (JSON)",
  gives: [
    ...["steps", "distance", "floors", "active_energy", "rhr", "hr_max", "hrv_rmssd", "sleep", "sleep_deep"],
    ...["sleep_light", "sleep_rem", "moderate", "vigorous", "exercise_sessions", "exercise", "weight", "spo2"],
    ...["resp_rate", "vo2max", "stress"],
  ],
  recognises,
  read: readGarmin,
};
