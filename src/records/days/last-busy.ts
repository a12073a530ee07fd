// The day that questions about members of files end on.
import type { Member } from "../types.ts";

/**
 * The last day on which at least half as many members have data as on the busiest day: one member who goes on for weeks
 * after everyone else must not empty everyone else's window.
 */
export function lastBusyDay(members: readonly Member[]): number {
  const counts = new Map<number, number>();
  for (const { days } of members) for (const { day } of days) counts.set(day, (counts.get(day) ?? 0) + 1);
  const busiest = [...counts.values()].reduce((a, b) => Math.max(a, b), 0);
  return [...counts].reduce((last, [day, count]) => (count >= busiest / 2 ? Math.max(last, day) : last), 0);
}
