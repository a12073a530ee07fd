// Open mHealth and IEEE 1752.1.
import type { Reader } from "../reader.ts";
import { readOpenMHealth } from "./read.ts";
import { recognises } from "./recognise.ts";

export const openMHealth: Reader = {
  id: "openmhealth",
  title: "Open mHealth and IEEE 1752.1 (JSON)",
  gives: [
    ...["steps", "distance", "active_energy", "rhr", "hr_mean", "hr_max", "sleep", "sleep_deep", "sleep_light"],
    ...["sleep_rem", "sleep_efficiency", "moderate", "exercise_sessions", "exercise", "weight", "bmi", "body_fat"],
    ...["spo2", "resp_rate"],
  ],
  recognises,
  read: readOpenMHealth,
};
