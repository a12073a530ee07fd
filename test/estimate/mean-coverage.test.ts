import { intervalAlone, meanCoverage } from "./mean-coverage.ts";

meanCoverage(400, intervalAlone);
