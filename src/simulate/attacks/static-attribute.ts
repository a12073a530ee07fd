// A static attribute over many windows: an age band is the same every week. A budget that begins anew with every window forgets
// what it has told already.
import { payFor } from "./budget.ts";
import { certainly, planned, type Released, rhoClaim } from "./released.ts";
import { type SetUp, setting } from "./setting.ts";
import { conspicuous } from "./target.ts";

/** Weeks that lie in one year of ISO weeks, the last a question can be about: more would have a second year's cap. */
const WEEKS_MAX = 51;

/** How many of the only one's age have the only one's device, in each of so many weeks. */
export function askedWeekly(epsilon: string, weeks: number): readonly Released[] {
  const { today } = setting.defaults;
  return Array.from({ length: weeks }, (_, at) => {
    const asked = { ...setting, defaults: { ...setting.defaults, today: today - 7 * (weeks - at) } };
    const sql =
      "SELECT COUNT(*) FROM member_week WHERE age_band IN ('65+') AND device_class IN ('ring') WINDOW LAST 1 WEEKS";
    return certainly(planned(sql, epsilon, asked), conspicuous);
  });
}

export const staticAttribute: SetUp = async ({ epsilon, answers }) => {
  const weeks = Math.min(answers, WEEKS_MAX);
  const released = askedWeekly(epsilon, weeks);
  const { paid, rho, refusal } = await payFor(released);
  const [first] = released as [(typeof released)[number]];
  return {
    title: `How many are 65 or older, asked in each of ${weeks} weeks`,
    says: [
      "Attacked is the only member of their age band with their device. Each week is another window with other days, and the same age band.",
      ...(answers > weeks ? [`A year of such weeks has ${weeks}; ${answers} were asked for.`] : []),
      refusal === undefined
        ? "The ledgers pay for every week."
        : `Of ${weeks} weeks the ledgers pay for ${paid.length}; first refused: ${refusal}.`,
      "Paceline debits the weeks of the data, the weeks of answering and their years: what lives in no week is bounded by the year's cap.",
    ],
    released: [...paid, ...released.filter((one) => !paid.includes(one))],
    lines: [
      {
        name: `The year's cap: ${paid.length} weeks are paid for`,
        short: "a cap for the year",
        says: "The year of the weeks is debited too. What it does not cover is refused.",
        ours: true,
        claim: rhoClaim(rho),
        answers: paid.length,
      },
      {
        name: `A budget for each week: ${weeks} weeks`,
        short: "a budget each week",
        says: "Each week is within its own budget, and that is what is stated.",
        ours: false,
        claim: rhoClaim(first.asked.rho),
        answers: weeks,
      },
    ],
  };
};
