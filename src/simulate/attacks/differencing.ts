// Differencing: questions whose answers differ by one member. Noise is drawn for each; only what all of them cost together
// bounds what all of them tell together.
import { payFor } from "./budget.ts";
import { certainly, claimOf, planned, rhoClaim } from "./released.ts";
import { type SetUp, setting } from "./setting.ts";
import { conspicuous } from "./target.ts";

/** More days are asked for each time, so that each is a question of its own. */
const DAYS_MIN = 28;
const WHERE = ["", "WHERE age_band IN ('65+') AND device_class IN ('ring')"] as const;

/** Everybody, and the target alone, in turn. */
function questionAt(at: number): string {
  const days = `WITH (days_min = ${1 + (at >> 1)})`;
  return `SELECT COUNT(*) FROM member_week ${WHERE[at % 2]} WINDOW LAST 4 WEEKS ${days}`;
}

export const differencing: SetUp = async ({ epsilon, answers }) => {
  const asked = Array.from({ length: Math.min(answers, 2 * DAYS_MIN) }, (_, at) => questionAt(at));
  const released = asked.map((sql) => certainly(planned(sql, epsilon, setting), conspicuous));
  const { paid, rho, refusal } = await payFor(released);
  const [first] = released as [(typeof released)[number]];
  const all = released.reduce((sum, one) => sum + one.asked.rho, 0n);
  return {
    title: "Counts that differ by one member",
    says: [
      "Attacked is the only member of their age band with their device. Questions are about everybody, and about that member alone, each time with more days asked for.",
      "The attacker knows everybody else's values, and so needs no second count to subtract: that is done with what it knows.",
      ...(answers > asked.length ? [`There are ${asked.length} such questions; ${answers} were asked for.`] : []),
      refusal === undefined
        ? "The ledgers pay for all of these questions."
        : `Of ${released.length} questions the ledgers pay for ${paid.length}, then: ${refusal}.`,
    ],
    released: [...paid, ...released.filter((one) => !paid.includes(one))],
    lines: [
      {
        name: `The ledger: ${paid.length} answers, all debited`,
        short: "as the ledger pays",
        says: "Every question is debited in full, whatever it is about; what does not fit is refused.",
        ours: true,
        claim: rhoClaim(rho),
        answers: paid.length,
      },
      {
        name: `${released.length} answers, each with a budget of its own`,
        short: "a budget each",
        says: "A system that looks at one question at a time states the price of one.",
        ours: false,
        claim: claimOf(first),
        answers: released.length,
      },
      {
        name: `${released.length} answers, all added up`,
        short: "all added up",
        says: "What a system without caps would have to state.",
        ours: false,
        claim: rhoClaim(all),
        answers: released.length,
      },
    ],
  };
};
