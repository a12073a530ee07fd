import { comparisonPower, comparisonSize } from "../../estimate/comparison-size-cases.ts";

comparisonSize(2000, [200, 1000]);
comparisonPower(400);
