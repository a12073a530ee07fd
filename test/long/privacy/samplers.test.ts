// The comparisons of test/privacy with their laws, with a hundred times the draws.
import { choicesFit } from "../../privacy/mechanisms/choices.ts";
import { goodnessOfFit } from "../../privacy/samplers/goodness.ts";

goodnessOfFit(10_000_000);
choicesFit(10_000_000);
