// Samsung Health's personal data: a table a kind, under a line of its own. Times are UTC's, as the moments at which rows were
// written show; beside them stands the offset of the place. Days are midnights in UTC by the day's name.
import { type KnownTable, sessions, value } from "./shape.ts";

const from = { provider: "samsung-health", device: "watch", zone: "time_offset", utc: true } as const;
const stage = (code: string) => ({ length: true, where: { column: "stage", is: [code] } }) as const;

export const samsung: readonly KnownTable[] = [
  {
    ...from,
    title: "Samsung Health daily steps",
    has: ["day_time", "count"],
    date: "day_time",
    // the row that the app made of all devices
    total: { column: "source_type", is: ["-2", ""] },
    values: [value("steps", "count"), value("distance", "distance", "m")],
  },
  {
    // a row for each device and one of all of them, which is the greatest
    ...from,
    title: "Samsung Health steps of each device",
    has: ["day_time", "step_count"],
    date: "day_time",
    total: true,
    values: [value("steps", "step_count"), value("distance", "distance", "m")],
  },
  {
    ...from,
    title: "Samsung Health steps",
    has: ["start_time", "end_time", "count", "deviceuuid", "walk_step|speed"],
    start: "start_time",
    end: "end_time",
    total: { column: "deviceuuid", is: [] },
    values: [value("steps", "count"), value("distance", "distance", "m")],
  },
  {
    ...from,
    title: "Samsung Health daily floors",
    has: ["day_time", "floor_count"],
    date: "day_time",
    total: true,
    values: [value("floors", "floor_count")],
  },
  {
    ...from,
    title: "Samsung Health floors",
    has: ["start_time", "end_time", "floor"],
    start: "start_time",
    end: "end_time",
    total: { column: "deviceuuid", is: [] },
    values: [value("floors", "floor")],
  },
  {
    ...from,
    title: "Samsung Health energy",
    has: ["day_time", "active_calorie", "rest_calorie"],
    date: "day_time",
    total: true,
    values: [value("active_energy", "active_calorie", "kcal")],
  },
  {
    ...from,
    title: "Samsung Health stages of sleep",
    has: ["start_time", "end_time", "stage", "sleep_id"],
    start: "start_time",
    end: "end_time",
    values: [
      value("sleep_light", "", "min", stage("40002")),
      value("sleep_deep", "", "min", stage("40003")),
      value("sleep_rem", "", "min", stage("40004")),
    ],
  },
  {
    // rows that somebody entered, and old ones, say only from when to when
    ...from,
    title: "Samsung Health sleep",
    has: ["start_time", "end_time", "sleep_duration|efficiency|quality", "sleep_duration|datauuid"],
    start: "start_time",
    end: "end_time",
    values: [value("sleep", "sleep_duration", "min", { length: true }), value("sleep_efficiency", "efficiency")],
  },
  {
    ...from,
    title: "Samsung Health heart rate",
    has: ["start_time", "heart_rate"],
    date: "start_time",
    values: [value("hr_mean", "heart_rate"), value("hr_max", "max|heart_rate")],
  },
  {
    ...from,
    title: "Samsung Health oxygen saturation",
    has: ["start_time", "spo2"],
    date: "start_time",
    values: [value("spo2", "spo2")],
  },
  {
    ...from,
    title: "Samsung Health respiratory rate",
    has: ["start_time", "end_time", "average", "is_outlier|lower_limit"],
    file: /respirat/i,
    date: "end_time",
    values: [value("resp_rate", "average")],
  },
  {
    ...from,
    title: "Samsung Health stress",
    has: ["start_time", "score", "binning_data"],
    file: /stress/i,
    date: "start_time",
    values: [value("stress", "score")],
  },
  {
    ...from,
    title: "Samsung Health weight",
    device: "scale",
    has: ["start_time", "weight"],
    date: "start_time",
    values: [value("weight", "weight", "kg"), value("body_fat", "body_fat")],
  },
  {
    ...from,
    title: "Samsung Health exercise",
    has: ["start_time", "exercise_type", "duration"],
    date: "start_time",
    values: sessions("duration", "ms"),
  },
];
