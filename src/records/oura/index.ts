// Oura: JSON of its API, version 2, and of exports in its shapes.
import type { Reader } from "../reader.ts";
import { readOura } from "./read.ts";
import { recognises } from "./recognise.ts";

export const oura: Reader = {
  id: "oura",
  title: "Oura (JSON)",
  gives: [
    ...["steps", "active_energy", "rhr", "hr_mean", "hr_max", "hrv_rmssd", "sleep", "sleep_deep", "sleep_light"],
    ...["sleep_rem", "sleep_efficiency", "naps", "moderate", "vigorous", "exercise_sessions", "exercise", "spo2"],
    ...["resp_rate", "vo2max", "skin_temp", "readiness", "worn"],
  ],
  recognises,
  read: readOura,
};
