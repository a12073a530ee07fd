// As FedAdam, but v ← v − (1−β₂)·Δ²·sign(v − Δ²), which moves by no more than Δ² and so forgets large updates more slowly: Reddi et al.
// 2021 (arXiv 2003.00295), algorithm 2, FedYogi.
import type { ServerOptimiser } from "./optimiser.ts";

export const fedyogi: ServerOptimiser<"fedyogi"> = {
  kind: "fedyogi",
  moments: ({ adaptivity }) => [
    { start: 0, least: Number.NEGATIVE_INFINITY },
    { start: adaptivity * adaptivity, least: 0 },
  ],
  step:
    ({ learningRate, beta1, beta2, adaptivity }) =>
    (mean, moments) => {
      const first = beta1 * (moments[0] as number) + (1 - beta1) * mean;
      const before = moments[1] as number;
      const square = mean * mean;
      // Above Δ² it falls by less than Δ² < v: it never goes below 0.
      const second = before - (1 - beta2) * square * Math.sign(before - square);
      moments[0] = first;
      moments[1] = second;
      return (learningRate * first) / (Math.sqrt(second) + adaptivity);
    },
};
