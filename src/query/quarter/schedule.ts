// When each wish is asked and whose budgets pay. A task debits every week its data and its upload time touch, and their years:
// the same rule that coordinator, helper and device apply.
import { isoWeek } from "../../base/calendar.ts";
import { epochsOf } from "../../task/prove.ts";
import type { Priced } from "./price.ts";

export interface Run {
  readonly name: string;
  /** The Monday it is asked on, days since 1970-01-01, and its ISO week. */
  readonly day: number;
  readonly week: string;
  readonly rho: bigint;
  readonly epochs: readonly string[];
}

export interface Calendar {
  /** A Monday. */
  readonly start: number;
  readonly weeks: number;
  readonly uploadDays: number;
}

/** @param first the week of the plan, from 1 */
export function runsOf(
  { wish, rho, days }: Priced,
  first: number,
  { start, weeks, uploadDays }: Calendar,
): readonly Run[] {
  const every = wish.every ?? 0;
  const runs: Run[] = [];
  for (let week = first; week <= weeks; week += every === 0 ? weeks : every) {
    const day = start + 7 * (week - 1);
    // Data until the Sunday before; a task takes reports for a minute longer than its upload time.
    const window = { start: day - days, end: day };
    const upload = { opens: day * 86_400, closes: (day + uploadDays) * 86_400 + 60 };
    runs.push({ name: wish.name, day, week: isoWeek(day), rho, epochs: epochsOf({ window, upload }) });
  }
  return runs;
}

/** Nano-rho by week and by year. */
export function loadOf(runs: readonly Run[], spent: ReadonlyMap<string, bigint>): ReadonlyMap<string, bigint> {
  const load = new Map(spent);
  for (const { rho, epochs } of runs) for (const epoch of epochs) load.set(epoch, (load.get(epoch) ?? 0n) + rho);
  return load;
}

/**
 * The first week of each wish: as it says, or where the fullest week stays emptiest; the dearest choose first, of equally good
 * weeks the earliest. Later choices do not move earlier ones, so this is a good plan and not always the best one.
 */
export function placeWishes(
  priced: readonly Priced[],
  calendar: Calendar,
  spent: ReadonlyMap<string, bigint>,
): ReadonlyMap<string, number> {
  const first = new Map<string, number>();
  let runs: readonly Run[] = priced.flatMap((one) => {
    if (one.wish.first === undefined) return [];
    first.set(one.wish.name, one.wish.first);
    return runsOf(one, one.wish.first, calendar);
  });
  const free = priced.filter(({ wish }) => wish.first === undefined).sort((a, b) => Number(b.rho - a.rho));
  for (const one of free) {
    const last = Math.min(calendar.weeks, one.wish.every || calendar.weeks);
    let best: { readonly week: number; readonly runs: readonly Run[]; readonly peak: bigint } | undefined;
    for (let week = 1; week <= last; week++) {
      const own = runsOf(one, week, calendar);
      const load = loadOf([...runs, ...own], spent);
      const peak = own
        .flatMap(({ epochs }) => epochs)
        .reduce(
          (most, epoch) => (epoch.length > 4 && (load.get(epoch) ?? 0n) > most ? (load.get(epoch) as bigint) : most),
          0n,
        );
      if (best === undefined || peak < best.peak) best = { week, runs: own, peak };
    }
    if (best === undefined) continue;
    first.set(one.wish.name, best.week);
    runs = [...runs, ...best.runs];
  }
  return first;
}
