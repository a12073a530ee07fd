// Which of several devices is believed: the one that is nearest to what is measured.
import type { DeviceClass, Source } from "../sample.ts";

/** What counts movement: a wrist sees more of it than a pocket. "unknown" is mostly a service that has put devices together. */
const movement: readonly DeviceClass[] = ["watch", "band", "ring", "unknown", "phone", "chest", "other", "scale"];
const heart: readonly DeviceClass[] = ["chest", "watch", "band", "ring", "unknown", "phone", "other", "scale"];
const sleep: readonly DeviceClass[] = ["ring", "watch", "band", "unknown", "other", "phone", "chest", "scale"];
const body: readonly DeviceClass[] = ["scale", "unknown", "watch", "band", "ring", "phone", "other", "chest"];

const orders: readonly (readonly [RegExp, readonly DeviceClass[]])[] = [
  [/^(?:rhr|hr_)/, heart],
  [/^(?:sleep|hrv_|spo2|resp_rate|skin_temp)/, sleep],
  [/^(?:weight|bmi|body_fat)$/, body],
];

/** 0 is believed first. */
export function rankOf(metric: string, { deviceClass }: Pick<Source, "deviceClass">): number {
  const order = orders.find(([metrics]) => metrics.test(metric))?.[1] ?? movement;
  return order.indexOf(deviceClass);
}
