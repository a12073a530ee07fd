// Every enumerated mechanism of test/privacy/accounting/oracle at more deltas and epsilons.
import { plainCases } from "../../privacy/accounting/oracle/cases.ts";
import { oracle } from "../../privacy/accounting/oracle/oracle.ts";
import { sampledCases } from "../../privacy/accounting/oracle/sampled-cases.ts";

oracle([...plainCases, ...sampledCases], [0.3, 1e-2, 1e-4, 1e-6, 1e-8], [0, 0.3, 1.5, 4]);
