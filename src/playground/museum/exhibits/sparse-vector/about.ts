import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "A sparse-vector filter at ε = 70,333",
  short: "sparse vector",
  promise: "A filter for model updates with a setting called epsilon, 0.1 unless changed.",
  mistake:
    "The setting paid for the noisy threshold alone. Each value that passed was released with noise of its own, at ε = 0.1 a value: a tenth of seven million parameters is 703,330 values, and a round costs ε = 70,333.",
  here: "The filter on 500 parameters, of which 50 are released: two updates at opposite bounds, told apart by the released values alone. That is ε = 5 already.",
  ours: "Paceline has no sparse vector. An update is clipped as a whole, and one draw of noise on the whole vector is priced by the bound of the whole vector.",
  costs: "privacy",
  sources: [
    {
      what: "FLIP, issue 1145 (September 2026): the measurement",
      where: "https://github.com/londonaicentre/FLIP/issues/1145",
    },
    {
      what: "NVFlare, pull request 4470 (April 2026): explicit budgets",
      where: "https://github.com/NVIDIA/NVFlare/pull/4470",
    },
    {
      what: "Lyu, Su and Li 2017: Understanding the sparse vector technique",
      where: "https://arxiv.org/abs/1603.01699",
    },
  ],
};
