import { discreteLaplace, l1Sensitivity, rational } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";

export const ours: MakeTrial = () => {
  const mechanism = discreteLaplace({ epsilon: rational(1n), sensitivity: l1Sensitivity(1n) });
  return {
    claim: { kind: "epsilon", epsilon: 1, delta: 0 },
    exact: 1,
    score: (present, { entropy }) => (present ? 1 : 0) + Number(mechanism.drawNoise(entropy, 1)[0]),
  };
};
