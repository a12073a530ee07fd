// Huawei Health: JSON of an account's export.
import type { Reader } from "../reader.ts";
import { readHuawei } from "./read.ts";
import { recognises } from "./recognise.ts";

export const huawei: Reader = {
  id: "huawei",
  title: "Huawei Health account export (JSON)",
  gives: [
    ...["steps", "distance", "floors", "rhr", "hr_mean", "hr_max", "sleep", "sleep_deep", "sleep_light", "sleep_rem"],
    ...["exercise_sessions", "exercise", "weight", "bmi", "body_fat", "spo2"],
  ],
  recognises,
  read: readHuawei,
};
