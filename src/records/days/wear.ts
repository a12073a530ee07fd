// A device in a drawer measures zeros. Where nothing shows that it was worn they are missing, and where the time worn is
// known and short, so is everything that depends on wearing.
import type { Registry } from "../../task/metrics.ts";
import type { MetricCounts } from "./counts.ts";

export interface WearOptions {
  readonly registry: Registry;
  /** The share of a day that a device must have been worn, where that is known. */
  readonly coverageMin: number;
  /** Whether anything in the import counts steps: only then do zeros elsewhere tell of a day not worn. */
  readonly stepsKnown: boolean;
  countsOf(metric: string): MetricCounts;
}

/** Ten hours, from which on accelerometer studies take a day for valid (Troiano et al. 2008, doi:10.1249/mss.0b013e31815a51b3). */
export const COVERAGE_MIN = 600 / 1440;

export interface DayValue {
  readonly value: number;
  /** Whose device it is of. */
  readonly provider: string;
}

const stages = ["sleep_deep", "sleep_light", "sleep_rem"];
/** Nights from which on a stage that never was is one that the device does not know. */
const NIGHTS_LEAST = 5;
/** Days that were made before: this package's own, and tables that somebody put together. */
const made = new Set(["paceline", "rows", "table"]);

/**
 * Of what makers export: no minute of any stage is a night that was not measured, and nobody is without one stage for long. Minutes
 * asleep stay where only their stages are unknown; beside them a single stage of 0 may be what was measured.
 * @param days changed in place
 */
export function leaveOutUnslept(days: ReadonlyMap<number, Map<string, DayValue>>, options: WearOptions): void {
  const isZero = (one: DayValue | undefined) => one === undefined || (one.value === 0 && !made.has(one.provider));
  const leaveOut = (values: Map<string, DayValue>, id: string) => {
    if (values.delete(id)) options.countsOf(id).notWorn++;
  };
  for (const values of days.values()) {
    const known = stages.filter((id) => values.has(id));
    if (known.length === 0 || !known.every((id) => isZero(values.get(id)))) continue;
    if (values.has("sleep") && known.length === 1) continue;
    for (const id of known) leaveOut(values, id);
  }
  for (const id of stages) {
    const nights = [...days.values()].filter((values) => values.has(id));
    if (nights.length >= NIGHTS_LEAST && nights.every((values) => isZero(values.get(id))))
      for (const values of nights) leaveOut(values, id);
  }
}

/** @param days changed in place */
export function leaveOutUnworn(days: ReadonlyMap<number, Map<string, DayValue>>, options: WearOptions): void {
  const dependent = (id: string) => options.registry.metric(id)?.coverage === "worn";
  for (const values of days.values()) {
    const worn = values.get("worn");
    const ids = [...values.keys()].filter(dependent);
    const enough = worn === undefined || worn.value >= options.coverageMin * 1440;
    for (const id of enough ? [] : ids) {
      // Another device may have been worn all day.
      if (values.get(id)?.provider !== worn?.provider) continue;
      values.delete(id);
      options.countsOf(id).wornTooLittle++;
    }
    if (worn === undefined && options.stepsKnown && ids.every((id) => values.get(id)?.value === 0))
      for (const id of ids) {
        values.delete(id);
        options.countsOf(id).notWorn++;
      }
  }
}
