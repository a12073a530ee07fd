import { comparisonPower, comparisonSize } from "./comparison-size-cases.ts";

comparisonSize(60, [300]);
comparisonPower(30);
