// One sum, noised as often as somebody managed to have it noised.
import { discreteLaplace, l1Sensitivity, rational } from "../../../../privacy/index.ts";
import type { Trial } from "../../exhibit.ts";

export const RESTORES = 4;
const mechanism = discreteLaplace({ epsilon: rational(1n), sensitivity: l1Sensitivity(1n) });

export function drawnTimes(draws: number): Trial {
  return {
    claim: { kind: "epsilon", epsilon: 1, delta: 0 },
    exact: draws,
    score: (present, { entropy }) =>
      mechanism
        .drawNoise(entropy, draws)
        .reduce((sum, noise) => sum + Math.min(1, Math.max(0, Number(noise) + (present ? 1 : 0))), 0),
  };
}
