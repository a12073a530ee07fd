import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "Permute-and-flip, priced as the exponential mechanism",
  short: "permute-and-flip",
  promise: "Choosing the best of several candidates at ε costs ρ = ε²/8.",
  mistake:
    "ε²/8 holds for the exponential mechanism, whose losses lie in a range of ε. What ran was permute-and-flip, whose losses do not: ρ may be twice as much for one pair of candidates, and up to four times.",
  here: "Two candidates with scores 0 and 0, and the neighbour with 1 and −1; ε = 1. The choice is the attacker's score.",
  ours: "Paceline has both mechanisms, and accounts permute-and-flip as Laplace noise of the same ε, which dominates it: the proof stands beside the code.",
  costs: "privacy",
  sources: [
    { what: "OpenDP, issue 2911 (August 2026)", where: "https://github.com/opendp/opendp/issues/2911" },
    { what: "McKenna and Sheldon 2020: permute-and-flip", where: "https://arxiv.org/abs/2010.12603" },
    { what: "Durfee and Rogers 2019: bounded range", where: "https://arxiv.org/abs/1905.04273" },
  ],
};
