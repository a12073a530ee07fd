import type { MakeTrial } from "../../exhibit.ts";
import { drawnTimes, RESTORES } from "./draws.ts";

export const defect: MakeTrial = () => drawnTimes(1 + RESTORES);
