import { mechanismFrom } from "../../../../privacy/index.ts";
import { CAPS, payFor } from "../../../../simulate/attacks/budget.ts";
import { rhoClaim } from "../../../../simulate/attacks/released.ts";
import { askedWeekly } from "../../../../simulate/attacks/static-attribute.ts";
import type { MakeTrial } from "../../exhibit.ts";

const [EPSILON, WEEKS] = ["0.4", 51];

export const ours: MakeTrial = async () => {
  const { paid, rho } = await payFor(askedWeekly(EPSILON, WEEKS));
  if (rho > CAPS.year) throw new Error("the ledger paid more than its cap");
  const noises = paid.map(({ plan, moves }) => ({ mechanism: mechanismFrom(plan.noise), move: moves[0] as number }));
  return {
    claim: rhoClaim(rho),
    // Each answer's own tight ρ, added up.
    exact: Number(rho) / 1e9,
    // Evidence of a Laplace answer does not grow beyond the two counts.
    score: (present, { entropy }) =>
      noises.reduce((sum, { mechanism, move }) => {
        const answer = Number(mechanism.drawNoise(entropy, 1)[0]) + (present ? move : 0);
        return sum + Math.min(move, Math.max(0, answer));
      }, 0),
  };
};
