import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "An odometer that overestimates",
  short: "odometer",
  promise: "So much of the budget is spent after a thousand answers.",
  mistake:
    "Of the two bounds of the composition theorem one had lost its logarithm, so it was never the smaller one. Nothing leaked: the budget was gone earlier than it had to be, and nobody could tell.",
  here: "A thousand randomised responses at ε = 0.1, δ = 10⁻⁹ each; the odometer's formula against the optimal composition of the same guarantees, at the same δ in all.",
  ours: "Paceline states both sides of every bound: what is proved, and how much less the exact value may be. Its optimal composition is exact up to rounding, and simple formulas are there to compare with.",
  costs: "budget",
  sources: [
    { what: "SmartNoise SDK, issue 621 (February 2026)", where: "https://github.com/opendp/smartnoise-sdk/issues/621" },
    { what: "SmartNoise SDK, pull request 624", where: "https://github.com/opendp/smartnoise-sdk/pull/624" },
    { what: "Kairouz, Oh and Viswanath 2015, Theorem 3.4", where: "https://arxiv.org/abs/1311.0776" },
  ],
};
