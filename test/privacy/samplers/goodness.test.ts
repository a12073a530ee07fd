import { goodnessOfFit } from "./goodness.ts";

goodnessOfFit(100_000);
