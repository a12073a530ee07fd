import type { About } from "../../exhibit.ts";

export const about: About = {
  title: "A budget that forgets what does not change",
  short: "renewed budget",
  promise: "Each day has a budget of its own, and no day exceeds it.",
  mistake:
    "What is asked about is the same every day: a habit, an age band, a favourite. Each day's answer is within its budget, and together they give it away: sixteen a day was possible, without an end.",
  here: "One bit by randomised response at ε = 1 a day, for two weeks; the attacker counts.",
  ours: "A question debits the weeks of its data, the weeks of answering and their years. Here an age band is asked for every week of a year, as far as the ledger pays; the promise is what it debited.",
  costs: "privacy",
  sources: [
    {
      what: "Tang et al. 2017: Privacy loss in Apple's implementation of differential privacy on macOS 10.12",
      where: "https://arxiv.org/abs/1709.02753",
    },
  ],
};
