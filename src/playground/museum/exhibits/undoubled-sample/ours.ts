import type { MakeTrial } from "../../exhibit.ts";
import { pricedFor } from "./sampled.ts";

export const ours: MakeTrial = () => pricedFor(2);
