import type { MakeTrial } from "../../exhibit.ts";

const [SIGMA, MOVES] = [0.4, 0.2];

export const defect: MakeTrial = () => ({
  claim: { kind: "rho", rho: MOVES ** 2 / (2 * SIGMA ** 2) },
  exact: MOVES ** 2 / (2 * SIGMA ** 4),
  score: (present, { random }) => (present ? MOVES : 0) + random.normal(0, SIGMA ** 2),
});
