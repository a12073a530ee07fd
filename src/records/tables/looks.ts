// Whether the numbers of a column look like another unit than the one they are taken for: sleep of 27,000 is seconds,
// sleep of 7.5 hours. What most people's days lie between tells, not one value.
import type { Metric } from "../../task/metrics.ts";
import { unitFactor } from "../units.ts";

/** Where a usual day's value lies, for metrics whose plausible bounds would let another unit pass. */
const usual: Readonly<Record<string, readonly [number, number]>> = {
  distance: [150, 100_000],
  weight: [30, 150],
  active_energy: [15, 6000],
  steps: [50, 60_000],
  sleep: [60, 1000],
  sleep_deep: [5, 400],
  sleep_light: [20, 700],
  sleep_rem: [5, 400],
  exercise: [2, 600],
  bmi: [12, 60],
  body_fat: [2, 70],
  spo2: [70, 100],
  sleep_efficiency: [20, 100],
  worn: [20, 1440],
  hrv_rmssd: [5, 250],
  hrv_sdnn: [5, 300],
};

/** By the metric's own unit, units that exports use in its place. */
const others: Readonly<Record<string, readonly string[]>> = {
  min: ["s", "h", "ms"],
  m: ["km", "mi", "ft"],
  kcal: ["kJ", "cal"],
  kg: ["lb", "g"],
  "%": ["1"],
  ms: ["s"],
};

/** Shares of values from which on one unit is out of the question and another fits. */
const [FITS_LITTLE, FITS_MOST] = [0.5, 0.75];

export function isUsual(metric: Metric, value: number): boolean {
  const bounds = usual[metric.id];
  return bounds === undefined
    ? value >= metric.plausible.min && value <= metric.plausible.max
    : value >= bounds[0] && value <= bounds[1];
}

/** Counts, for a column's numbers, how many are usual in each unit. Zeros and negatives tell nothing. */
export class UnitEvidence {
  readonly #metric: Metric;
  readonly #units: readonly { readonly unit: string; readonly factor: number }[];
  readonly #fits: number[];
  #count = 0;

  /** @param factor of the unit that the numbers are taken for, into the metric's own */
  constructor(metric: Metric, factor: number) {
    this.#metric = metric;
    const candidates = [metric.unit, ...(others[metric.unit] ?? [])].flatMap((unit) => {
      const into = unitFactor(metric, unit);
      return into === undefined || into === factor ? [] : [{ unit, factor: into }];
    });
    this.#units = [{ unit: metric.unit, factor }, ...candidates];
    this.#fits = this.#units.map(() => 0);
  }
  /** @param value as it stands in the cell */
  add(value: number): void {
    if (!(value > 0)) return;
    this.#count++;
    const units = this.#units;
    for (let i = 0; i < units.length; i++)
      if (isUsual(this.#metric, value * (units[i] as { factor: number }).factor))
        this.#fits[i] = (this.#fits[i] as number) + 1;
  }
  /** Share of values that are usual in the unit they are taken for; 1 where there are none. */
  get own(): number {
    return this.#count === 0 ? 1 : (this.#fits[0] as number) / this.#count;
  }
  /** The unit that these numbers and others of the column look like, where it is not the one they are taken for. */
  suspect(more?: UnitEvidence): string | undefined {
    const [moreFits, moreCount] = more === undefined ? [[], 0] : [more.#fits, more.#count];
    const count = this.#count + moreCount;
    const fits = this.#fits.map((some, i) => some + (moreFits[i] ?? 0));
    if (count === 0 || (fits[0] as number) >= FITS_LITTLE * count) return undefined;
    const most = Math.max(...fits.slice(1));
    return most >= FITS_MOST * count ? this.#units[fits.indexOf(most, 1)]?.unit : undefined;
  }
}

/** Units that names of columns state in brackets or as their last word: `Weight (lb)`, `sleep_seconds`, `distance_km`. */
const stated =
  /[([]([^()[\]]{1,16})[)\]]\s*$|[\s_,-]([A-Za-z%/]{1,12})$|([a-z])(Seconds|Minutes|Hours|Millis|Km|Kg|Pounds|Meters|Kcal)$/;
/** Words that are units only in brackets: a column `min` or `m` may be a minimum or anything. */
const onlyBracketed = new Set([
  "min",
  "m",
  "s",
  "h",
  "d",
  "c",
  "f",
  "g",
  "k",
  "j",
  "1",
  "st",
  "count",
  "day",
  "days",
  "ratio",
]);

/** Characters at a name's end that can state a unit. */
const NAME_END = 48;

/** The unit that a column's name states, where it is one of the metric; undefined where it states none. */
export function statedUnit(metric: Metric, name: string): string | undefined {
  const parts = stated.exec(name.slice(-NAME_END).trim());
  if (parts === null) return undefined;
  const [, bracketed, word, , camel] = parts;
  const unit =
    bracketed ?? (word !== undefined && !onlyBracketed.has(word.toLowerCase()) ? word : camel?.toLowerCase());
  // what is called cal in a table of energy is nearly always the big one
  if (unit === undefined || /^cal$/i.test(unit.trim())) return undefined;
  const known = /^millis(?:ec(?:onds)?)?$|^milli$/i.test(unit) ? "ms" : unit;
  return unitFactor(metric, known.trim()) === undefined ? undefined : known.trim();
}
