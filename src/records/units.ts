// Units as exports write them, into the metric's own. A table of exact factors: nothing is parsed, and a unit that is not in
// it is refused rather than guessed.
import type { Metric } from "../task/metrics.ts";

/** By dimension, what one of a unit is in the dimension's first. Names are compared as written, then without case. */
const dimensions: readonly Readonly<Record<string, number>>[] = [
  {
    min: 1,
    minute: 1,
    minutes: 1,
    mins: 1,
    s: 1 / 60,
    sec: 1 / 60,
    secs: 1 / 60,
    second: 1 / 60,
    seconds: 1 / 60,
    ms: 1 / 60_000,
    msec: 1 / 60_000,
    millisecond: 1 / 60_000,
    milliseconds: 1 / 60_000,
    h: 60,
    hr: 60,
    hrs: 60,
    hour: 60,
    hours: 60,
    d: 1440,
    day: 1440,
    days: 1440,
  },
  {
    m: 1,
    meter: 1,
    meters: 1,
    metre: 1,
    metres: 1,
    km: 1000,
    kilometer: 1000,
    kilometers: 1000,
    kilometre: 1000,
    kilometres: 1000,
    cm: 0.01,
    mm: 0.001,
    mi: 1609.344,
    mile: 1609.344,
    miles: 1609.344,
    ft: 0.3048,
    foot: 0.3048,
    feet: 0.3048,
    yd: 0.9144,
    yard: 0.9144,
    yards: 0.9144,
  },
  // "cal" is what its writer says: the small one in UCUM; a food's big one has a capital.
  { kcal: 1, Cal: 1, kilocalorie: 1, kilocalories: 1, cal: 1e-3, kJ: 1 / 4.184, kilojoules: 1 / 4.184, J: 1 / 4184 },
  {
    kg: 1,
    kilogram: 1,
    kilograms: 1,
    g: 1e-3,
    lb: 0.453_592_37,
    lbs: 0.453_592_37,
    pound: 0.453_592_37,
    pounds: 0.453_592_37,
    st: 6.350_293_18,
    stone: 6.350_293_18,
    oz: 0.028_349_523_125,
  },
  { "%": 1, percent: 1, "1": 100, ratio: 100, fraction: 100 },
  { "/min": 1, "1/min": 1, "count/min": 1, "beats/min": 1, "breaths/min": 1, bpm: 1, "/s": 60, "count/s": 60, Hz: 60 },
  {
    K: 1,
    kelvin: 1,
    degC: 1,
    Cel: 1,
    "°C": 1,
    C: 1,
    celsius: 1,
    degF: 5 / 9,
    "[degF]": 5 / 9,
    "°F": 5 / 9,
    F: 5 / 9,
    fahrenheit: 5 / 9,
  },
  { "kg/m2": 1, "kg/m²": 1, "kg/m^2": 1, count: 1 },
  { "mL/kg/min": 1, "mL/min/kg": 1, "mL/min·kg": 1, "mL/(kg·min)": 1, "mL/(kg.min)": 1, "L/min/kg": 1000 },
];

const withoutCase = dimensions.map((units) => {
  const lower = new Map<string, number | undefined>();
  for (const [name, factor] of Object.entries(units)) {
    const key = name.toLowerCase();
    // Cal and cal are a thousand apart: such a name is read only as written.
    lower.set(key, lower.has(key) && lower.get(key) !== factor ? undefined : factor);
  }
  return lower;
});

function factorIn(dimension: number, unit: string): number | undefined {
  const units = dimensions[dimension] as Readonly<Record<string, number>>;
  return Object.hasOwn(units, unit) ? units[unit] : withoutCase[dimension]?.get(unit.toLowerCase());
}

/**
 * What one of `unit` is in the metric's own unit: 1 where they are one unit by two names. Temperatures are differences, as
 * the registry's are. Undefined where the unit is unknown or measures something else.
 */
export function unitFactor({ unit: own }: Metric, unit: string): number | undefined {
  const name = unit.trim();
  if (name === own) return 1;
  if (own.startsWith("{")) {
    const counted = own.slice(1, -1);
    return ["count", "1", "", counted, counted.replace(/s$/, "")].includes(name.toLowerCase()) ? 1 : undefined;
  }
  const dimension = own === "ms" ? 0 : dimensions.findIndex((units) => Object.hasOwn(units, own));
  const [from, to] = dimension < 0 ? [] : [factorIn(dimension, name), factorIn(dimension, own)];
  return from === undefined || to === undefined ? undefined : from === to ? 1 : from / to;
}

/** The value in the metric's own unit, to nine decimals; undefined where the unit is none of the metric. */
export function toUnit(metric: Metric, value: number, unit: string): number | undefined {
  const factor = unitFactor(metric, unit);
  if (factor === undefined || factor === 1) return factor === undefined ? undefined : value;
  const converted = value * factor;
  return Math.abs(converted) < 1e6 ? Math.round(converted * 1e9) / 1e9 : converted;
}
