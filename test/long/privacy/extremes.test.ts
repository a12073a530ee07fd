// The extremes of test/privacy/accounting, fifty times as many.
import { extremes } from "../../privacy/accounting/extremes.ts";

extremes(2000);
