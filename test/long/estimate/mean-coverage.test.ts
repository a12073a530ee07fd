import { intervalAlone, meanCoverage, wholeEstimate } from "../../estimate/mean-coverage.ts";

meanCoverage(20_000, intervalAlone);
meanCoverage(1000, wholeEstimate);
