import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "The best of fewer than one run",
  short: "fewer than one run",
  promise:
    "Of a Poisson number of runs the best is published: Theorem 6 gives the Rényi divergence from that of one run.",
  mistake:
    "The bound adds the logarithm of the mean, over the order less one. For a mean well below one it falls below 0, so to nothing lost at all; and yet now and then a run is published. That nothing is published is an outcome too, and the bound left it out.",
  here: "A randomised response at ε = 2, repeated 0.1 times on average, the best one published or nothing; order 2.",
  ours: "Paceline adds the chance of no run at all, and holds the bound against exact laws of small mechanisms. dp-accounting refuses means below one.",
  costs: "privacy",
  sources: [
    { what: "Papernot and Steinke 2022, Theorem 6 (ICLR)", where: "https://arxiv.org/abs/2110.03620" },
    {
      what: "Google dp-accounting, which refuses a mean below 1",
      where: "https://github.com/google/differential-privacy/tree/main/python/dp_accounting",
    },
  ],
};
