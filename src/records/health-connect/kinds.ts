// The records of Health Connect: what each holds. Plugins give records with or without their kind's name, which the fields then
// tell where only one kind has them.
import type { MetricId } from "../types.ts";

export interface Kind {
  readonly metrics: readonly MetricId[];
  /** The field of the value, and the unit of a plain number; "" where a plain number would say none. */
  readonly field: string;
  readonly unit: string;
}

const kind = (field: string, unit: string, ...metrics: readonly MetricId[]): Kind => ({ metrics, field, unit });

/** By the kind's name in small letters, without "Record" at its end. */
export const kinds: ReadonlyMap<string, Kind> = new Map([
  ["steps", kind("count", "{steps}", "steps")],
  ["distance", kind("distance", "", "distance")],
  ["floorsclimbed", kind("floors", "{floors}", "floors")],
  ["activecaloriesburned", kind("energy", "", "active_energy")],
  ["restingheartrate", kind("beatsPerMinute", "/min", "rhr")],
  ["heartrate", kind("beatsPerMinute", "/min", "hr_mean", "hr_max")],
  ["heartratevariabilityrmssd", kind("heartRateVariabilityMillis", "ms", "hrv_rmssd")],
  ["weight", kind("weight", "", "weight")],
  ["bodyfat", kind("percentage", "%", "body_fat")],
  ["oxygensaturation", kind("percentage", "%", "spo2")],
  ["respiratoryrate", kind("rate", "/min", "resp_rate")],
  ["vo2max", kind("vo2MillilitersPerMinuteKilogram", "mL/kg/min", "vo2max")],
]);

/** Of plugins that call kinds otherwise, and of both platforms. */
export const aliases: Readonly<Record<string, string>> = {
  calories: "activecaloriesburned",
  activecalories: "activecaloriesburned",
  heartratevariability: "heartratevariabilityrmssd",
  hrv: "heartratevariabilityrmssd",
  bodyfatpercentage: "bodyfat",
  bloodoxygen: "oxygensaturation",
  flightsclimbed: "floorsclimbed",
  sleep: "sleepsession",
  workout: "exercisesession",
  exercise: "exercisesession",
};

/** Fields that one kind alone has. Energy may be of rest, a percentage of fat or oxygen: they are not among them. */
export const tells: readonly (readonly [string, string])[] = [
  ["stages", "sleepsession"],
  ["exerciseType", "exercisesession"],
  ["samples", "heartrate"],
  ["heartRateVariabilityMillis", "heartratevariabilityrmssd"],
  ["beatsPerMinute", "restingheartrate"],
  ["floors", "floorsclimbed"],
  ["vo2MillilitersPerMinuteKilogram", "vo2max"],
  ["activityIntensityType", "activityintensity"],
  ["deltas", "skintemperature"],
];

/** The unit in the name of a unit-tagged value: `inKilocalories`. */
export const tagged: readonly (readonly [string, string])[] = [
  ["inKilocalories", "kcal"],
  ["inKilojoules", "kJ"],
  ["inMeters", "m"],
  ["inKilometers", "km"],
  ["inMiles", "mi"],
  ["inKilograms", "kg"],
  ["inGrams", "g"],
  ["inPounds", "lb"],
];
