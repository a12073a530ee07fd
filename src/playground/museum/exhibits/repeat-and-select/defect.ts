import { rdpOf } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";
import { lie, MEAN, ORDER, pricedAt, response, truth } from "./runs.ts";

/** Theorem 6: D + µδ + ln(µ)/(α − 1), δ of one run at ln(α/(α − 1)). A divergence is never below 0. */
export const defect: MakeTrial = () => {
  const one = rdpOf(response.event, "replace-one").at(ORDER);
  const delta = Math.max(0, truth - (ORDER / (ORDER - 1)) * lie);
  return pricedAt(Math.max(0, one + MEAN * delta + Math.log(MEAN) / (ORDER - 1)));
};
