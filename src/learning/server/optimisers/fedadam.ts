// m ← β₁m + (1−β₁)Δ, v ← β₂v + (1−β₂)Δ², x ← x + η·m/(√v + τ): Reddi et al. 2021 (arXiv 2003.00295), algorithm 2, FedAdam. As there,
// without a correction of the first rounds' bias, and with v starting at τ².
import type { ServerOptimiser } from "./optimiser.ts";

export const fedadam: ServerOptimiser<"fedadam"> = {
  kind: "fedadam",
  moments: ({ adaptivity }) => [
    { start: 0, least: Number.NEGATIVE_INFINITY },
    { start: adaptivity * adaptivity, least: 0 },
  ],
  step:
    ({ learningRate, beta1, beta2, adaptivity }) =>
    (mean, moments) => {
      const first = beta1 * (moments[0] as number) + (1 - beta1) * mean;
      const second = beta2 * (moments[1] as number) + (1 - beta2) * mean * mean;
      moments[0] = first;
      moments[1] = second;
      return (learningRate * first) / (Math.sqrt(second) + adaptivity);
    },
};
