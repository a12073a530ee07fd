import { statisticsCoverage } from "./statistics-coverage-cases.ts";

statisticsCoverage(40);
