// The coverage of every statistic of test/estimate, with 5,000 releases a case, up to 10,000 members.
import { statisticsCoverage } from "../../estimate/statistics-coverage-cases.ts";

statisticsCoverage(5000, [200, 1000, 10_000]);
