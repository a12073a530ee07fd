// What happens on a simulated member's days besides what is measured: the hours they come at, and what they ask support about.
import { weekday } from "../base/calendar.ts";
import type { MemberDay } from "../records/types.ts";
import type { Random } from "./random.ts";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
/** Hours of visits: before work, at noon, most of all after it; weekends in the morning. */
const weekHours = { 6: 6, 7: 9, 8: 5, 9: 3, 10: 3, 11: 3, 12: 6, 13: 4, 16: 5, 17: 12, 18: 17, 19: 13, 20: 8, 21: 3 };
const weekendHours = { 8: 5, 9: 10, 10: 14, 11: 12, 12: 6, 14: 4, 15: 5, 16: 6, 17: 4 };
/** Topics an operator might list. */
export const supportTopics = ["billing", "app", "classes", "equipment", "other"] as const;
const topicWeights = { billing: 30, app: 26, classes: 22, equipment: 12, other: 10 };
/** Of a day. */
const CONTACT = 0.008;

export function withEvents(days: readonly MemberDay[], random: Random): MemberDay[] {
  // People keep to their times, and now and then do not.
  const usual = { week: random.pick(weekHours), weekend: random.pick(weekendHours) };
  return days.map((day) => {
    const of = weekday(day.day) - 1;
    const [own, others] = of < 5 ? [usual.week, weekHours] : [usual.weekend, weekendHours];
    const hour = random.chance(0.7) ? own : random.pick(others);
    const visit = day.values.visits === 1 ? { [`${DAYS[of]} ${hour.padStart(2, "0")}`]: 1 } : {};
    const contact = random.chance(CONTACT) ? { [random.pick(topicWeights)]: 1 } : {};
    return { ...day, events: { visitHours: visit, supportTopics: contact } };
  });
}
