// The sampler comparisons of test/privacy/samplers, with a hundred times the draws.
import { goodnessOfFit } from "../../privacy/samplers/goodness.ts";

goodnessOfFit(10_000_000);
