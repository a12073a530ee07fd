import { discreteGaussian, l2SquaredSensitivity, rational } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";

const CELLS = 25;

/** An update of 25 values, each at its bound: its squared norm is the bound that the noise is for. */
export const ours: MakeTrial = () => {
  const mechanism = discreteGaussian({ rho: rational(1n, 10n), sensitivity: l2SquaredSensitivity(BigInt(CELLS)) });
  const rho = Number(mechanism.rho) / 1e9;
  return {
    claim: { kind: "rho", rho },
    exact: rho,
    score: (present, { entropy }) =>
      mechanism.drawNoise(entropy, CELLS).reduce((sum, noise) => sum + Number(noise) + (present ? 1 : 0), 0),
  };
};
