// Health Connect: records in the shapes of its plugins for apps.
import type { Reader } from "../reader.ts";
import { readHealthConnect } from "./read.ts";
import { recognises } from "./recognise.ts";

export const healthConnect: Reader = {
  id: "health-connect",
  title: "Health Connect records (JSON)",
  gives: [
    ...["steps", "distance", "floors", "active_energy", "rhr", "hr_mean", "hr_max", "hrv_rmssd", "sleep", "sleep_deep"],
    ...["sleep_light", "sleep_rem", "moderate", "vigorous", "exercise_sessions", "exercise", "weight", "body_fat"],
    ...["spo2", "resp_rate", "vo2max", "skin_temp"],
  ],
  recognises,
  read: readHealthConnect,
};
