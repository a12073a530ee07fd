import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "σ² in the place of σ",
  short: "σ² for σ",
  promise: "Gaussian noise of standard deviation σ, at the price of σ.",
  mistake:
    "The scale was squared on its way to the sampler. Below 1 a square is smaller than its root: the noise is too small, and nobody sees it in the numbers.",
  here: "A mean that one member moves by 0.2, σ = 0.4: noise of deviation 0.16 is drawn, the price of 0.4 is stated.",
  ours: "A variance is a fraction called sigmaSquared, in the event that is signed and stored; sampler, price and law are made from that one field, and the law is tested against draws.",
  costs: "privacy",
  sources: [
    {
      what: "SmartNoise Core, pull request 315 (November 2020)",
      where: "https://github.com/opendp/smartnoise-core/pull/315",
    },
    { what: "SmartNoise Core, issue 316", where: "https://github.com/opendp/smartnoise-core/issues/316" },
  ],
};
