// Polar: JSON of an account's export.
import type { Reader } from "../reader.ts";
import { readPolar } from "./read.ts";
import { recognises } from "./recognise.ts";

export const polar: Reader = {
  id: "polar",
  title: "Polar account export (JSON)",
  gives: [
    ...["steps", "distance", "hr_mean", "hr_max", "hrv_rmssd", "sleep", "sleep_deep", "sleep_light", "sleep_rem"],
    ...["sleep_efficiency", "exercise_sessions", "exercise", "resp_rate"],
  ],
  recognises,
  read: readPolar,
};
