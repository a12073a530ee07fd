// The coverage measurements of test/estimate, with thirty times the releases.
import { coverage } from "../../estimate/coverage.ts";

coverage(5400);
