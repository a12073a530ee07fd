import { isoWeek } from "../base/calendar.ts";
import type { Clock } from "../ports/clock.ts";

const DAY_MS = 86_400_000;
/** Of ISO weeks, as the ledgers count. */
export const yearOf = (clock: Clock): string => isoWeek(Math.floor(clock.now() / DAY_MS)).slice(0, 4);
