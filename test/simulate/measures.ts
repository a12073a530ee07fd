// Measures of a population that several tests use.
import type { Member } from "../../src/records/types.ts";

/** Visits of the 28-day window that ends `back` days before lastDay. */
export function visitsBetween(member: Member, first: number, last: number): number {
  let sum = 0;
  for (const { day, values } of member.days) if (day >= first && day <= last) sum += values.visits ?? 0;
  return sum;
}

/** Fewer visits in the last 28 days than 60 % of those in the 28 days before. */
export function fellAway(member: Member, lastDay: number): boolean {
  return visitsBetween(member, lastDay - 27, lastDay) < 0.6 * visitsBetween(member, lastDay - 55, lastDay - 28);
}

/** Mean of a metric over days first … last on which it was measured. */
export function meanOf(member: Member, metric: string, first: number, last: number): number | undefined {
  let sum = 0;
  let count = 0;
  for (const { day, values } of member.days) {
    const value = values[metric];
    if (day < first || day > last || value === undefined) continue;
    sum += value;
    count++;
  }
  return count === 0 ? undefined : sum / count;
}

export function daysWith(member: Member, metric: string, first: number, last: number): number {
  return member.days.filter(({ day, values }) => day >= first && day <= last && values[metric] !== undefined).length;
}

export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

export function sd(values: readonly number[]): number {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
}
