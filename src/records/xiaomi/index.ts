// Xiaomi: tables of an account's export from Mi Fitness, whose values are JSON.
import type { Reader } from "../reader.ts";
import { readXiaomi } from "./read.ts";
import { recognises } from "./recognise.ts";

export const xiaomi: Reader = {
  id: "xiaomi",
  title: "Mi Fitness (Xiaomi) account export",
  gives: [
    ...["steps", "distance", "rhr", "hr_mean", "hr_max", "sleep", "sleep_deep", "sleep_light", "sleep_rem"],
    ...["exercise_sessions", "exercise", "bmi", "body_fat", "spo2", "resp_rate", "vo2max", "stress"],
  ],
  recognises,
  read: readXiaomi,
};
