// Whoop: JSON of its API.
import type { Reader } from "../reader.ts";
import { readWhoop } from "./read.ts";
import { recognises } from "./recognise.ts";

export const whoop: Reader = {
  id: "whoop",
  title: "Whoop (JSON)",
  gives: [
    ...["distance", "rhr", "hr_mean", "hr_max", "hrv_rmssd", "sleep", "sleep_deep", "sleep_light", "sleep_rem"],
    ...["sleep_efficiency", "naps", "exercise_sessions", "exercise", "spo2", "resp_rate", "readiness"],
  ],
  recognises,
  read: readWhoop,
};
