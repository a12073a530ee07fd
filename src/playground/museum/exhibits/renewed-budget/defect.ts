import { randomizedResponse, rational } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";

const DAYS = 14;

export const defect: MakeTrial = () => {
  const response = randomizedResponse({ buckets: 2, neighbouring: "replace-one", epsilon: rational(1n) });
  return {
    claim: { kind: "epsilon", epsilon: 1, delta: 0 },
    // As many answers that all say the same, each e times as likely.
    exact: DAYS,
    score: (present, { entropy }) => {
      let told = 0;
      for (let day = 0; day < DAYS; day++) told += response.respond(entropy, present ? 1 : 0);
      return told;
    },
  };
};
