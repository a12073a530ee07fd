import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "Laplace noise in floating point",
  short: "float Laplace",
  promise: "A count with Laplace noise of scale 1/ε is ε-differentially private.",
  mistake:
    "It is, for real numbers. Doubles near 0 are finer than doubles near 1, and a logarithm reaches only some of them: which digits an answer ends with tells which count it started from.",
  here: "A count of 0 or 1, ε = 1, the textbook formula. The attacker looks whether the answer is a multiple of 2⁻⁵³: from a count of 1 it always is, from 0 it is not in a quarter of all answers.",
  ours: "Noise is a whole number, drawn by coins of exact probability (Canonne, Kamath and Steinke 2020). No floating point number takes part, and none is released.",
  costs: "privacy",
  sources: [
    {
      what: "Mironov 2012: On significance of the least significant bits for differential privacy (CCS)",
      where: "https://doi.org/10.1145/2382196.2382264",
    },
    { what: "Haney et al. 2022: Precision-based attacks", where: "https://arxiv.org/abs/2207.13793" },
    { what: "Opacus, issue 616", where: "https://github.com/meta-pytorch/opacus/issues/616" },
  ],
};
