// What stays the same about a simulated member over the weeks: the groups it is in, and its usual day.
import { fold, type Random } from "./random.ts";

const ageBands = { "18-24": 15, "25-34": 27, "35-44": 22, "45-54": 17, "55-64": 12, "65+": 7 };
const sites = { north: 30, south: 25, east: 20, west: 15, centre: 10 };
const deviceClasses = { watch: 50, band: 22, phone: 18, ring: 10 };
const tenureBands = { "0-3m": 15, "3-12m": 30, "1-3y": 35, "3y+": 20 };

type AgeBand = keyof typeof ageBands;
type DeviceClass = keyof typeof deviceClasses;
type TenureBand = keyof typeof tenureBands;

/** Decades from the middle of the population, for effects that grow with age. */
const decades: Readonly<Record<AgeBand, number>> = {
  "18-24": -1.8,
  "25-34": -1,
  "35-44": 0,
  "45-54": 1,
  "55-64": 2,
  "65+": 3,
};

/** Beats a minute by which a class of device reads high: vendors define the resting heart rate differently. */
const rhrBias: Readonly<Record<DeviceClass, number>> = { watch: 0, band: 1.5, phone: 0, ring: -2 };

/** A share of the steps that a phone left in a locker does not see. */
const stepsSeen: Readonly<Record<DeviceClass, number>> = { watch: 1, band: 1, phone: 0.8, ring: 0.95 };

/** How likely a day is to bring no data although the member is there: flat batteries, no sync. */
const missingRate: Readonly<Record<DeviceClass, number>> = { watch: 0.08, band: 0.06, phone: 0.02, ring: 0.05 };

export interface Traits {
  readonly profile: Readonly<Record<"ageBand" | "site" | "deviceClass" | "tenureBand", string>>;
  /** Standard normal; lowers the heart rate and raises activity. */
  readonly fitness: number;
  /** Phones alone measure neither heart rate nor sleep. */
  readonly worn: boolean;
  readonly missing: number;
  /** /min, as the member's device would show it */
  readonly rhr: number;
  /** min a night */
  readonly sleep: number;
  /** median of a weekday */
  readonly steps: number;
  /** min a day, on average */
  readonly moderate: number;
  /** min on a day with a visit */
  readonly vigorous: number;
  /** Probability of a visit on each weekday, Monday first. */
  readonly habit: readonly number[];
  /** Days of membership, where they are fewer than a simulation lasts. */
  readonly memberDays: number;
}

export function drawTraits(random: Random): Traits {
  const ageBand = random.pick(ageBands);
  const deviceClass = random.pick(deviceClasses);
  const tenureBand = random.pick(tenureBands);
  const age = decades[ageBand];
  const fitness = random.normal();
  const individual = random.normal();
  return {
    profile: { ageBand, site: random.pick(sites), deviceClass, tenureBand },
    fitness,
    worn: deviceClass !== "phone",
    missing: Math.min(0.3, missingRate[deviceClass] * random.gamma(2, 1)),
    rhr: fold(62 + 0.8 * age - 3.6 * fitness + random.normal(0, 5.6), 42, 92) + rhrBias[deviceClass],
    sleep: 425 - 5 * age + random.normal(0, 30),
    steps: stepsSeen[deviceClass] * random.logNormal(7600 - 350 * age, 0.27) * Math.exp(0.12 * fitness),
    moderate: random.logNormal(14.5, 0.5) * Math.exp(0.15 * fitness),
    vigorous: random.logNormal(16, 0.4) * Math.exp(0.2 * fitness - 0.08 * age),
    habit: drawHabit(random, individual),
    memberDays: membership(tenureBand, random),
  };
}

/** People go on their days: two or so of the week are likely, the others hardly, weekends less than weekdays. */
function drawHabit(random: Random, keenness: number): number[] {
  const popularity = { mon: 22, tue: 20, wed: 19, thu: 17, fri: 10, sat: 8, sun: 4 };
  const names = Object.keys(popularity) as (keyof typeof popularity)[];
  const wanted = Math.min(5, Math.max(1, Math.round(2.4 + 0.9 * keenness)));
  const left = { ...popularity };
  for (let i = 0; i < wanted; i++) left[random.pick(left)] = 0;
  const keeps = random.uniform(0.65, 0.92);
  return names.map((name) => (left[name] === 0 ? keeps : 0.04));
}

/** Newcomers have been members for two or three months; for everyone else the exact time does not matter here. */
function membership(tenureBand: TenureBand, random: Random): number {
  return tenureBand === "0-3m" ? 60 + random.below(32) : Number.POSITIVE_INFINITY;
}
