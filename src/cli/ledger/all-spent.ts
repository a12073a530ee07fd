// What stands for a past that nobody knows any more: every week and year that a debit could still be about is used up.
import { isoWeeksTouched } from "../../base/calendar.ts";
import type { CoordinatorConfig, HelperConfig } from "../serve/config.ts";

const DAY_MS = 86_400_000;
/** How long a window and the time for answers can be. */
const WINDOW_DAYS_MAX = 400;
const UPLOAD_DAYS_MAX = 90;
/** More than any cap. */
const ALL = 1n << 62n;

export interface AllSpent {
  /** ISO weeks, in order; those of their years are used up too. */
  readonly weeks: readonly string[];
  /** Nano-rho by epoch, as a mark has them. */
  readonly spent: ReadonlyMap<string, bigint>;
}

/** @param since when it was still known, Unix milliseconds */
export function allSpent(config: CoordinatorConfig | HelperConfig, since: number, now: number): AllSpent {
  const { windowAgeDaysMax } = "policy" in config ? config.policy : config;
  const day = (ms: number) => Math.floor(ms / DAY_MS);
  const weeks = isoWeeksTouched(day(since) - windowAgeDaysMax - WINDOW_DAYS_MAX, day(now) + UPLOAD_DAYS_MAX);
  const epochs = [...weeks, ...new Set(weeks.map((week) => week.slice(0, 4)))];
  return { weeks, spent: new Map(epochs.map((epoch) => [epoch, ALL])) };
}
