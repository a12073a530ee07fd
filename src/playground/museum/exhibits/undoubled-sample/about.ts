import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "A sample without replacement that is not doubled",
  short: "undoubled sample",
  promise:
    "Sums over a sample of fixed size, with Gaussian noise of z times the bound of one record, at the price of z.",
  mistake:
    "Where records are replaced, one that said +1 may say −1: the sum moves by twice the bound. The accountant took the bound itself, and stated divergences up to four times too small. For small samples its other bounds are loose enough to hide it.",
  here: "Nineteen of twenty records are drawn, and noise of deviation 1 is added to their sum; one record is +1 or −1, the others 0. The promise is a Rényi divergence of order 2.",
  ours: "An event states its noise over the bound of one record, and the accountants double it under replace-one, sampled or not; an exact lower bound of the mechanism is tested against them.",
  costs: "privacy",
  sources: [
    {
      what: "Google dp-accounting, issue 378 (December 2025, open)",
      where: "https://github.com/google/differential-privacy/issues/378",
    },
    {
      what: "Google dp-accounting, pull request 464",
      where: "https://github.com/google/differential-privacy/pull/464",
    },
    {
      what: "Wang, Balle and Kasiviswanathan 2019: subsampled Rényi differential privacy",
      where: "https://arxiv.org/abs/1808.00087",
    },
  ],
};
