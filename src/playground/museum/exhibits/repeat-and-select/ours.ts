import { rdpOf } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";
import { MEAN, ORDER, pricedAt, response } from "./runs.ts";

export const ours: MakeTrial = () => {
  const event = { mechanism: "repeat-and-select", event: response.event, mean: MEAN, shape: "poisson" } as const;
  return pricedAt(rdpOf(event, "replace-one").at(ORDER));
};
