import type { Random } from "../../../../simulate/random.ts";
import type { MakeTrial } from "../../exhibit.ts";

const FINE = 2 ** -53;

/** Uniform on the multiples of 2^-53 in [0, 1), as a double's generator is. */
const uniform = (random: Random) => (random.below(2 ** 26) * 2 ** 27 + random.below(2 ** 27)) * FINE;

/** By inversion, as textbooks have it. */
function laplace(random: Random): number {
  const u = uniform(random) - 0.5;
  return -Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
}

export const defect: MakeTrial = () => ({
  claim: { kind: "epsilon", epsilon: 1, delta: 0 },
  // An answer that is no multiple comes from one of the two only.
  exact: Number.POSITIVE_INFINITY,
  score: (present, { random }) => {
    const answer = (present ? 1 : 0) + laplace(random);
    return answer % FINE === 0 ? 1 : 0;
  },
});
