import type { MakeTrial } from "../../exhibit.ts";
import { addedUpTo, COUNT, EPSILON, SLACK } from "./answers.ts";

/** The least of three bounds, of which the third has 1/slack where its logarithm belongs. */
export const defect: MakeTrial = () => {
  const drift = (COUNT * EPSILON * Math.expm1(EPSILON)) / (Math.exp(EPSILON) + 1);
  const spread = (under: number) => drift + EPSILON * Math.sqrt(2 * COUNT * under);
  const first = spread(Math.log(Math.E + Math.sqrt(COUNT * EPSILON ** 2) / SLACK));
  return addedUpTo(Math.min(COUNT * EPSILON, first, spread(1 / SLACK)));
};
