import { discreteGaussian, l2SquaredSensitivity, rational } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";

export const ours: MakeTrial = () => {
  // The same ratio of noise to what a member moves, 2 to 1, in whole numbers.
  const mechanism = discreteGaussian({ sigmaSquared: rational(16n), sensitivity: l2SquaredSensitivity(4n) });
  const rho = Number(mechanism.rho) / 1e9;
  return {
    claim: { kind: "rho", rho },
    exact: rho,
    score: (present, { entropy }) => (present ? 2 : 0) + Number(mechanism.drawNoise(entropy, 1)[0]),
  };
};
