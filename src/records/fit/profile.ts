// Which messages and fields are read, by the numbers of the FIT profile. No position, serial number or user profile is among them.
import { type FitProfile, TIMESTAMP } from "./decode.ts";

/** Message numbers. */
export const KIND = {
  fileId: 0,
  session: 18,
  record: 20,
  weight: 30,
  activity: 34,
  monitoring: 55,
  monitoringInfo: 103,
  clockCorrelation: 162,
  restingHeartRate: 211,
  stress: 227,
  vo2max: 229,
  spo2: 269,
  sleepLevel: 275,
  respiration: 297,
  readiness: 369,
  hrvSummary: 370,
  hrvValue: 371,
  skinTemperature: 398,
  nap: 412,
} as const;

/** Which field of which message states local time beside its own timestamp. */
export const localTimes: ReadonlyMap<number, number> = new Map([
  [KIND.activity, 5],
  [KIND.monitoringInfo, 0],
  [KIND.clockCorrelation, 3],
]);

export const clockProfile: FitProfile = new Map([...localTimes].map(([kind, field]) => [kind, [TIMESTAMP, field]]));

export const FILE = { type: 0, manufacturer: 1, product: 2 } as const;
export const SESSION = { start: 2, sport: 5, elapsed: 7, timer: 8, distance: 9, hrMax: 17 } as const;
export const MONITORING = {
  distance: 2,
  cycles: 3,
  type: 5,
  activeEnergy: 19,
  typeAndIntensity: 24,
  time16: 26,
  heartRate: 27,
  moderate: 33,
  vigorous: 34,
} as const;
export const NAP = { start: 0, startOffset: 1, end: 2, endOffset: 3, deleted: 6 } as const;

/** One reading a message: field, what the stored number is divided by, metric, unit. */
export const readings: ReadonlyMap<number, readonly (readonly [number, number, string, string])[]> = new Map([
  [
    KIND.weight,
    [
      [0, 100, "weight", "kg"],
      [1, 100, "body_fat", "%"],
      [13, 10, "bmi", "kg/m2"],
    ],
  ],
  [KIND.restingHeartRate, [[1, 1, "rhr", "/min"]]],
  [KIND.stress, [[0, 1, "stress", "{stress}"]]],
  [KIND.vo2max, [[2, 10, "vo2max", "mL/kg/min"]]],
  [KIND.spo2, [[0, 1, "spo2", "%"]]],
  [KIND.respiration, [[0, 100, "resp_rate", "/min"]]],
  [KIND.readiness, [[0, 1, "readiness", "{readiness}"]]],
  [KIND.hrvSummary, [[1, 128, "hrv_rmssd", "ms"]]],
  [KIND.skinTemperature, [[1, 1, "skin_temp", "K"]]],
]);

/** Messages whose time stands in a field of its own. */
export const ownTime: ReadonlyMap<number, number> = new Map([
  [KIND.stress, 1],
  [KIND.vo2max, 0],
]);

export const dataProfile: FitProfile = new Map<number, readonly number[]>([
  [KIND.fileId, Object.values(FILE)],
  [KIND.session, Object.values(SESSION)],
  [KIND.record, [3]],
  [KIND.monitoring, Object.values(MONITORING)],
  [KIND.sleepLevel, [0]],
  [KIND.hrvValue, [0]],
  [KIND.nap, Object.values(NAP)],
  ...[...readings].map(([kind, fields]): [number, number[]] => {
    const time = ownTime.get(kind);
    return [kind, [...fields.map(([field]) => field), ...(time === undefined ? [] : [time])]];
  }),
]);
