import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "A share drawn again after a restore",
  short: "restored ledger",
  promise: "One answer, one draw of noise, one debit.",
  mistake:
    "What was answered and what was spent lie in a database, and databases are restored from copies. The copy knows of no answer: noise is drawn anew on the same sum, and whoever saw both averages it away.",
  here: "A count with noise at ε = 1; the database is put back four times. Five draws of noise on one sum, at the price of one.",
  ours: "Each ledger has a mark apart from its database, and each party holds the other's newest signed head. A restored copy is behind both and serves nothing. Here it really is tried four times, with the services' own ledger.",
  costs: "privacy",
  sources: [
    {
      what: "Jin et al. 2024: Elephants do not forget (replay, rollback and fork of privacy budgets)",
      where: "https://arxiv.org/abs/2401.17628",
    },
    {
      what: "Janus, pull request 3143: one report in two concurrent jobs was counted twice",
      where: "https://github.com/divviup/janus/pull/3143",
    },
  ],
};
