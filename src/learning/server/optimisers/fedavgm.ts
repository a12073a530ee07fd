// v ← β·v + Δ, x ← x + η·v: server momentum, Hsu, Qi, Brown 2019 (arXiv 1909.06335), section 4.3.
import type { ServerOptimiser } from "./optimiser.ts";

export const fedavgm: ServerOptimiser<"fedavgm"> = {
  kind: "fedavgm",
  moments: () => [{ start: 0, least: Number.NEGATIVE_INFINITY }],
  step:
    ({ learningRate, momentum }) =>
    (mean, moments) => {
      const velocity = momentum * (moments[0] as number) + mean;
      moments[0] = velocity;
      return learningRate * velocity;
    },
};
