// HealthKit through the two common packages. Apple keeps every device's own account: iPhone and Watch both count the steps of one
// walk, and which of them is believed is decided when days are made, so nothing is added up here.
import { classOf } from "../../records/apple/sources.ts";
import { quantities, SLEEP, stages, unitOf } from "../../records/apple/types.ts";
import { namedZone } from "../../records/apple/zone.ts";
import type { Source, Zone } from "../../records/sample.ts";
import { shortHash } from "../../records/scan/devices.ts";
import { giveStage, type Stage } from "../../records/scan/stages.ts";
import { Bridge, type Bridged } from "./bridged.ts";

type Moment = Date | string | number;

/** As much of a sample of @kingstinct/react-native-healthkit as is used: of quantities, categories and workouts. */
export interface HealthKitSample {
  readonly uuid?: string | undefined;
  readonly quantityType?: string | undefined;
  readonly quantity?: number | undefined;
  readonly unit?: string | undefined;
  readonly categoryType?: string | undefined;
  readonly value?: unknown;
  readonly workoutActivityType?: unknown;
  readonly startDate?: Moment | undefined;
  readonly endDate?: Moment | undefined;
  readonly device?: HealthKitDevice | null | undefined;
  readonly sourceRevision?: {
    readonly productType?: string | null | undefined;
    readonly source?: { readonly name?: string; readonly bundleIdentifier?: string } | undefined;
  } | null;
  /** Of its entries HKTimeZone alone is read. */
  readonly metadata?: object | null | undefined;
}

interface HealthKitDevice {
  readonly manufacturer?: string | null | undefined;
  readonly model?: string | null | undefined;
  readonly hardwareVersion?: string | null | undefined;
}

/** As much of a value of react-native-health as is used. */
export interface HealthValue {
  readonly id?: string | undefined;
  readonly value?: unknown;
  readonly startDate?: string | undefined;
  readonly endDate?: string | undefined;
  readonly sourceName?: string | undefined;
  readonly sourceId?: string | undefined;
  /** The product type: "Watch6,2". */
  readonly device?: string | undefined;
  readonly metadata?: object | null | undefined;
}

/** Of HKCategoryValueSleepAnalysis, and as react-native-health calls them; in bed and awake are no sleep. */
const sleepStages: Readonly<Record<string, Stage | "not asleep">> = {
  "0": "not asleep",
  "1": "asleep",
  "2": "not asleep",
  "3": "light",
  "4": "deep",
  "5": "rem",
  INBED: "not asleep",
  ASLEEP: "asleep",
  AWAKE: "not asleep",
  CORE: "light",
  DEEP: "deep",
  REM: "rem",
};

/** Units by react-native-health's names. */
const units: Readonly<Record<string, string>> = {
  bpm: "count/min",
  percent: "%",
  foot: "ft",
  mile: "mi",
  meter: "m",
  gram: "g",
  kilogram: "kg",
  pound: "lb",
  calorie: "cal",
  kilocalorie: "kcal",
  joule: "J",
};

/** What react-native-health calls otherwise than HealthKit. */
const otherNames: Readonly<Record<string, string>> = {
  Steps: "StepCount",
  Weight: "BodyMass",
  HeartRateVariability: "HeartRateVariabilitySDNN",
  Vo2Max: "VO2Max",
};

/**
 * @param deleted `deletedSamples` of a query with an anchor
 * @returns workouts as sessions: their minutes are among Apple's exercise time
 */
export function healthKitSamples(
  samples: readonly HealthKitSample[],
  deleted: readonly { readonly uuid: string }[] = [],
): Bridged {
  const bridge = new Bridge("HealthKit");
  for (const sample of samples) give(bridge, sample);
  return bridge.result(deleted.map(({ uuid }) => uuid));
}

/**
 * Values of one kind of react-native-health.
 * @param kind as its permissions are called: "StepCount", "HeartRate", "SleepAnalysis", "Workout" …
 * @param unit the `unit` that was asked for; without one, kinds whose values are of several units are left out and counted
 */
export function healthValues(kind: string, values: readonly HealthValue[], unit?: string): Bridged {
  const bridge = new Bridge("HealthKit");
  const name = otherNames[kind] ?? kind;
  const asked = unit === undefined ? plainUnits[name] : (units[unit] ?? unit);
  for (const { id, value, startDate, endDate, sourceName, sourceId, device, metadata } of values)
    give(bridge, {
      uuid: id,
      ...(kind === "SleepAnalysis"
        ? { categoryType: SLEEP, value }
        : kind === "Workout"
          ? { workoutActivityType: value ?? true }
          : { quantityType: `HKQuantityTypeIdentifier${name}`, quantity: value as number, unit: asked }),
      startDate,
      endDate,
      metadata,
      sourceRevision: {
        productType: device,
        source: {
          ...(sourceName !== undefined && { name: sourceName }),
          ...(sourceId && { bundleIdentifier: sourceId }),
        },
      },
    });
  return bridge.result();
}

/** Of kinds that have one unit only. */
const plainUnits: Readonly<Record<string, string>> = {
  StepCount: "count",
  FlightsClimbed: "count",
  HeartRate: "count/min",
  RestingHeartRate: "count/min",
  RespiratoryRate: "count/min",
  BodyMassIndex: "count",
};

function give(bridge: Bridge, sample: HealthKitSample): void {
  const { giver } = bridge;
  bridge.begin(sample.uuid ?? "");
  const { quantityType, categoryType, workoutActivityType } = sample;
  const metrics = quantities.get(quantityType ?? "");
  if (metrics === undefined && categoryType !== SLEEP && workoutActivityType === undefined) {
    bridge.unknown(quantityType ?? categoryType ?? "(unnamed)");
    return;
  }
  const start = instantOf(sample.startDate);
  const end = sample.endDate === undefined ? start : instantOf(sample.endDate);
  if (start === undefined || end === undefined) giver.skip("not_a_date", "startDate");
  else if (end < start) giver.skip("ends_before_it_starts");
  else {
    const span = { start, end, zone: zoneOf(sample, start) };
    const source = sourceOf(sample);
    if (metrics !== undefined) {
      const number = typeof sample.quantity === "number" ? sample.quantity : Number.NaN;
      const unit = unitOf(sample.unit, number);
      if (!Number.isFinite(number)) giver.skip("not_a_number", "quantity");
      else if (unit === "") giver.skip("unstated_unit", "quantity");
      else
        for (const metric of metrics) giver.value(metric, { kind: "span", ...span }, number, unit, source, "quantity");
    } else if (categoryType === SLEEP) {
      const stage = stages.get(String(sample.value)) ?? sleepStages[String(sample.value)];
      if (stage === undefined) bridge.unknown(`${SLEEP} of another value`);
      else if (stage !== "not asleep") giveStage(giver, stage, span, source);
    } else giver.own("exercise_sessions", { kind: "span", ...span, end: start }, 1, source);
  }
}

/** A text without a zone would be read as this device's own time: HealthKit's packages write one. */
function instantOf(moment: Moment | undefined): number | undefined {
  const zoned = typeof moment !== "string" || /(?:Z|[+-]\d\d:?\d\d)$/.test(moment);
  const at = moment === undefined || !zoned ? Number.NaN : new Date(isoOf(moment)).getTime();
  return Number.isFinite(at) ? at : undefined;
}

/** react-native-health writes offsets without a colon, which not every engine reads. */
const isoOf = (moment: Moment): Moment =>
  typeof moment === "string" ? moment.replace(/([+-]\d\d)(\d\d)$/, "$1:$2") : moment;

/** Where the member was, if the record says so; an offset in a text is that of the phone now. */
function zoneOf({ metadata }: HealthKitSample, start: number): Zone {
  const name = (metadata as Readonly<Record<string, unknown>> | null | undefined)?.HKTimeZone;
  const named = typeof name === "string" ? namedZone(name, start) : undefined;
  return named ?? { offsetMinutes: 0, from: "device" };
}

/** A device is its maker, model and hardware, an app a short hash of its name: no name of a person is kept. */
function sourceOf({ device, sourceRevision }: HealthKitSample): Source {
  const model = [device?.manufacturer, device?.model, device?.hardwareVersion].map((part) => part ?? "").join("/");
  const product = sourceRevision?.productType ?? "";
  const { name = "", bundleIdentifier = "" } = sourceRevision?.source ?? {};
  const known = model === "//" ? product : model;
  return {
    key: known === "" ? `app ${shortHash(bundleIdentifier === "" ? name : bundleIdentifier)}` : known,
    provider: "apple-health",
    deviceClass: classOf(known === "" ? `${bundleIdentifier} ${name}` : known),
  };
}
