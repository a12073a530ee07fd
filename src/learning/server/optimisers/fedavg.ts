// x ← x + η·Δ: McMahan et al. 2017 (arXiv 1602.05629) with a server step η, 1 in the paper. FedProx differs on devices only.
import type { ServerOptimiser } from "./optimiser.ts";

export const fedavg: ServerOptimiser<"fedavg"> = {
  kind: "fedavg",
  moments: () => [],
  step:
    ({ learningRate }) =>
    (mean) =>
      learningRate * mean,
};
