// Google Fit: JSON of a Takeout and of the Fitness API.
import type { Reader } from "../reader.ts";
import { readGoogleFit } from "./read.ts";
import { recognises } from "./recognise.ts";

export const googleFit: Reader = {
  id: "google-fit",
  title: "Google Fit Takeout (JSON)",
  gives: [
    ...["steps", "distance", "hr_mean", "hr_max", "sleep", "sleep_deep", "sleep_light", "sleep_rem"],
    ...["exercise_sessions", "exercise", "weight", "body_fat", "spo2"],
  ],
  recognises,
  read: readGoogleFit,
};
