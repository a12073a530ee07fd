// A simulated member's records, day by day: what the wearable measured and whether the turnstile saw them.
import { weekday } from "../base/calendar.ts";
import type { MemberDay } from "../records/types.ts";
import type { Course } from "./course.ts";
import { fold, type Random } from "./random.ts";
import type { Traits } from "./traits.ts";

/** Steps by weekday, Monday first. */
const stepsPattern = [1.03, 1.05, 1.05, 1.04, 1.06, 0.97, 0.8];
const SLEEP_MIN = 300;
const SLEEP_MAX = 540;
const STEPS_MAX = 50_000;
/** Minutes of one kind of activity a day. */
const ACTIVE_MAX = 240;

/** `firstDay` is the day of position 0 of the course. Days without any value are left out. */
export function simulateDays(traits: Traits, course: Course, firstDay: number, random: Random): MemberDay[] {
  const days: MemberDay[] = [];
  const joined = Math.max(0, course.visiting.length - traits.memberDays);
  for (let i = joined; i < course.syncedDays; i++) {
    const weekdayIndex = weekday(firstDay + i) - 1;
    const away = course.away[i] === 1;
    const visit = !away && random.chance((traits.habit[weekdayIndex] as number) * (course.visiting[i] as number));
    const values: Record<string, number> = { visits: visit ? 1 : 0 };
    if (!away && !random.chance(traits.missing))
      measure(traits, course.activity[i] as number, weekdayIndex, visit, values, random);
    days.push({ day: firstDay + i, values });
  }
  return days;
}

function measure(
  traits: Traits,
  activity: number,
  weekdayIndex: number,
  visit: boolean,
  values: Record<string, number>,
  random: Random,
): void {
  const weekend = weekdayIndex >= 5;
  const slack = 1 - activity;
  const steps = traits.steps * (stepsPattern[weekdayIndex] as number) * (visit ? 1.12 : 1) * (0.6 + 0.4 * activity);
  const moderate = random.gamma(2, traits.moderate * (visit ? 1.5 : 0.85) * activity);
  const vigorous = visit ? random.gamma(4, traits.vigorous) : random.chance(0.08 * activity) ? random.gamma(2, 12) : 0;
  values.steps = Math.min(STEPS_MAX, Math.round(random.logNormal(steps, 0.33)));
  values.moderate = Math.min(ACTIVE_MAX, Math.round(moderate));
  values.vigorous = Math.min(ACTIVE_MAX, Math.round(vigorous));
  // a night on the charger has neither sleep nor a resting heart rate
  if (!traits.worn || random.chance(0.05)) return;
  values.rhr = traits.rhr + 3 * slack + (weekend ? 0.6 : 0) + random.normal(0, 2.2);
  values.sleep = Math.round(
    fold(traits.sleep + (weekend ? 22 : -6) - 40 * slack + random.normal(0, 36), SLEEP_MIN, SLEEP_MAX),
  );
}
