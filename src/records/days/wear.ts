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
