// Apple Health: `export.xml` of the export that a phone makes.
import type { Reader } from "../reader.ts";
import { readApple } from "./read.ts";
import { recognises } from "./recognise.ts";

export const apple: Reader = {
  id: "apple-health",
  title: "Apple Health export",
  gives: [
    "steps",
    "distance",
    "floors",
    "active_energy",
    "rhr",
    "hr_mean",
    "hr_max",
    "hrv_sdnn",
    "sleep",
    "sleep_deep",
    "sleep_light",
    "sleep_rem",
    "exercise_sessions",
    "exercise",
    "weight",
    "bmi",
    "body_fat",
    "spo2",
    "resp_rate",
    "vo2max",
  ],
  recognises,
  read: readApple,
};
