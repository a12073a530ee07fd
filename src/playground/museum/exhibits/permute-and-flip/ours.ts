import { rhoOfEvent } from "../../../../privacy/index.ts";
import type { MakeTrial } from "../../exhibit.ts";
import { pricedAt } from "./choice.ts";

export const ours: MakeTrial = () => pricedAt(rhoOfEvent({ mechanism: "permute-and-flip", epsilon: 1 }, "replace-one"));
