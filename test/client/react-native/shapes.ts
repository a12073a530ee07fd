// Records in the shapes that the common packages give, as their public types and documentation describe them; values are invented.

const iphone = {
  device: {
    name: "iPhone",
    manufacturer: "Apple Inc.",
    model: "iPhone",
    hardwareVersion: "iPhone14,5",
    softwareVersion: "18.1",
  },
  sourceRevision: {
    source: { name: "Ann's iPhone", bundleIdentifier: "com.apple.health.AA00" },
    productType: "iPhone14,5",
    operatingSystemVersion: "18.1.0",
  },
};
const watch = {
  device: {
    name: "Apple Watch",
    manufacturer: "Apple Inc.",
    model: "Watch",
    hardwareVersion: "Watch6,2",
    softwareVersion: "11.1",
  },
  sourceRevision: {
    source: { name: "Ann's Apple Watch", bundleIdentifier: "com.apple.health.BB11" },
    productType: "Watch6,2",
    operatingSystemVersion: "11.1.0",
  },
};

const at = (from: string, to = from) => ({
  startDate: new Date(`2026-01-28T${from}:00Z`),
  endDate: new Date(`2026-01-28T${to}:00Z`),
});
const quantity = (uuid: string, name: string, value: number, unit: string, when: object, from: object) => ({
  uuid,
  quantityType: `HKQuantityTypeIdentifier${name}`,
  quantity: value,
  unit,
  metadata: { HKTimeZone: "Europe/Dublin" },
  ...when,
  ...from,
});
const sleep = (uuid: string, value: number, when: object) => ({
  uuid,
  categoryType: "HKCategoryTypeIdentifierSleepAnalysis",
  value,
  metadata: { HKTimeZone: "Europe/Dublin" },
  ...when,
  ...watch,
});

/** @kingstinct/react-native-healthkit */
export const kingstinct = [
  quantity("s1", "StepCount", 4000, "count", at("08:00", "09:00"), iphone),
  quantity("s2", "StepCount", 6000, "count", at("08:00", "09:00"), watch),
  quantity("d1", "DistanceWalkingRunning", 2.5, "mi", at("08:00", "09:00"), watch),
  quantity("e1", "ActiveEnergyBurned", 418.4, "kJ", at("08:00", "09:00"), watch),
  quantity("o1", "OxygenSaturation", 0.97, "%", at("03:00"), watch),
  quantity("b1", "BodyFatPercentage", 0.22, "%", at("07:00"), iphone),
  quantity("w1", "BodyMass", 154.32, "lb", at("07:00"), iphone),
  quantity("r1", "RestingHeartRate", 58, "count/min", at("10:00"), watch),
  quantity("v1", "HeartRateVariabilitySDNN", 45, "ms", at("04:00"), watch),
  sleep("z0", 0, at("00:00", "07:00")),
  sleep("z1", 3, at("00:10", "03:10")),
  sleep("z2", 4, at("03:10", "04:10")),
  sleep("z3", 2, at("04:10", "04:20")),
  sleep("z4", 5, at("04:20", "05:50")),
  { uuid: "k1", workoutActivityType: 37, duration: { unit: "s", quantity: 1800 }, ...at("17:00", "17:30"), ...watch },
  quantity("x1", "DietaryWater", 250, "mL", at("12:00"), iphone),
  { uuid: "x2", categoryType: "HKCategoryTypeIdentifierHandwashingEvent", value: 0, ...at("12:00", "12:01"), ...watch },
];

/** react-native-health: getHeartRateSamples, getDailyStepCountSamples, getSleepSamples … */
export const reactNativeHealth = {
  HeartRate: [
    { id: "h1", value: 61, startDate: "2026-01-28T09:00:00.000+0100", endDate: "2026-01-28T09:00:00.000+0100" },
    { id: "h2", value: 71, startDate: "2026-01-28T09:05:00.000+0100", endDate: "2026-01-28T09:05:00.000+0100" },
  ].map((one) => ({ ...one, sourceName: "Ann's Apple Watch", sourceId: "com.apple.health.BB11", device: "Watch6,2" })),
  SleepAnalysis: ["INBED", "CORE", "DEEP", "AWAKE", "REM", "UNKNOWN"].map((value, i) => ({
    id: `z${i}`,
    value,
    startDate: `2026-01-28T0${i}:00:00.000Z`,
    endDate: `2026-01-28T0${i + 1}:00:00.000Z`,
    sourceName: "Ann's Apple Watch",
    sourceId: "com.apple.health.BB11",
    device: "Watch6,2",
  })),
};

const google = (id: string, type = 1) => ({
  metadata: {
    id,
    dataOrigin: "com.google.android.apps.fitness",
    lastModifiedTime: "2026-01-28T12:00:00Z",
    clientRecordVersion: 0,
    device: { manufacturer: "Google", model: "Pixel Watch", type },
    recordingMethod: 2,
  },
});
const offsets = {
  startZoneOffset: { id: "+01:00", totalSeconds: 3600 },
  endZoneOffset: { id: "+01:00", totalSeconds: 3600 },
};
const span = (from: string, to: string) => ({
  startTime: `2026-01-28T${from}:00Z`,
  endTime: `2026-01-28T${to}:00Z`,
  ...offsets,
});

/** react-native-health-connect: readRecords() by type. */
export const healthConnect: Readonly<Record<string, readonly object[]>> = {
  Steps: [
    { ...google("c1", 2), count: 4000, ...span("08:00", "09:00") },
    { ...google("c2", 1), count: 6000, ...span("08:00", "09:00") },
  ],
  Distance: [
    {
      ...google("c3"),
      distance: { inMeters: 4023.4, inKilometers: 4.0234, inMiles: 2.5, inInches: 158_400, inFeet: 13_200 },
      ...span("08:00", "09:00"),
    },
  ],
  HeartRate: [
    {
      ...google("c4"),
      samples: [
        { time: "2026-01-28T08:00:00Z", beatsPerMinute: 60 },
        { time: "2026-01-28T08:01:00Z", beatsPerMinute: 70 },
      ],
      ...span("08:00", "08:01"),
    },
  ],
  BodyFat: [{ ...google("c5", 3), percentage: 22, time: "2026-01-28T07:00:00Z", zoneOffset: offsets.startZoneOffset }],
  SleepSession: [
    {
      ...google("c6"),
      stages: [
        { startTime: "2026-01-27T22:30:00Z", endTime: "2026-01-28T01:30:00Z", stage: 4 },
        { startTime: "2026-01-28T01:30:00Z", endTime: "2026-01-28T02:30:00Z", stage: 5 },
        { startTime: "2026-01-28T02:30:00Z", endTime: "2026-01-28T02:40:00Z", stage: 1 },
        { startTime: "2026-01-28T02:40:00Z", endTime: "2026-01-28T04:10:00Z", stage: 6 },
      ],
      startTime: "2026-01-27T22:30:00Z",
      endTime: "2026-01-28T04:10:00Z",
      ...offsets,
    },
  ],
  Hydration: [{ ...google("c7"), volume: { inLiters: 0.25 }, ...span("12:00", "12:01") }],
};

/** react-native-health-connect: getChanges(). */
export const changes = {
  upsertionChanges: [
    { record: { recordType: "Steps", ...google("c2", 1), count: 6500, ...span("08:00", "09:00") } },
    { record: { recordType: "Nutrition", ...google("c9"), ...span("12:00", "12:01") } },
  ],
  deletionChanges: [{ recordId: "c3" }, { recordId: "never seen" }],
  nextChangesToken: "token",
  changesTokenExpired: false,
  hasMore: false,
};
