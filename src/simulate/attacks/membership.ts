// Membership inference: was this member among those who answered one question?
import { claimOf, planned, rhoClaim } from "./released.ts";
import { type SetUp, setting } from "./setting.ts";
import { chosenTarget } from "./target.ts";

export const membership: SetUp = async ({ sql, epsilon, seed, target }) => {
  const one = chosenTarget(planned(sql, epsilon, setting), seed, target);
  return {
    title: `Who was among those who answered "${one.title}"?`,
    says: [
      target === "usual"
        ? "Attacked is a synthetic member in the middle of 80: half of them are told more about by this answer."
        : "Attacked is, of 80 synthetic members, the one whom this answer tells most about.",
    ],
    released: [one],
    lines: [
      {
        name: one.epsilon === undefined ? "The stated ρ" : "The stated ε",
        short: "as stated",
        says: "One answer, at its price: what members are told.",
        ours: true,
        claim: claimOf(one),
        answers: 1,
      },
      ...(one.epsilon === undefined
        ? []
        : [
            {
              name: "The debited ρ",
              short: "as debited",
              says: "The same answer as the ledgers count it, in zero-concentrated differential privacy.",
              ours: true,
              claim: rhoClaim(one.asked.rho),
              answers: 1,
            },
          ]),
    ],
  };
};
