import type { MakeTrial } from "../../exhibit.ts";
import { pricedAt } from "./choice.ts";

export const defect: MakeTrial = () => pricedAt(1 / 8);
