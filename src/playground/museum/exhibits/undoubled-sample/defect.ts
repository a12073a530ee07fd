import type { MakeTrial } from "../../exhibit.ts";
import { pricedFor } from "./sampled.ts";

export const defect: MakeTrial = () => pricedFor(1);
