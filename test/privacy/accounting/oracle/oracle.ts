// Every event against an enumerated mechanism that it describes: no bound lies below what that mechanism tells, by no
// accountant; and where the mechanism is the worst there is, the brackets hold it.
import { expect, test } from "vitest";
import { isPacelineError } from "../../../../src/base/errors.ts";
import { account, accountantNames } from "../../../../src/privacy/accounting/account.ts";
import type { OracleCase } from "./cases.ts";
import { deltaOf, epsilonOf } from "./laws.ts";

/** Every accountant, and all together, at these deltas and epsilons. */
export function oracle(cases: readonly OracleCase[], deltas: readonly number[], epsilons: readonly number[]): void {
  test.each(cases.map((one, i) => [`${i}: ${JSON.stringify(one.event)} under ${one.neighbouring}`, one] as const))(
    "%s",
    (_, { event, neighbouring, laws, worst }) => {
      const questions = [
        ...deltas.map((delta) => ({ question: { delta }, exact: epsilonOf(laws, delta) })),
        ...epsilons.map((epsilon) => ({ question: { epsilon }, exact: deltaOf(laws, epsilon) })),
      ];
      for (const { question, exact } of questions) {
        for (const accountant of accountantNames) {
          const found = asked(() => account({ event, neighbouring }, question, { accountants: [accountant] }));
          if (found === undefined) continue;
          // The enumeration's own rounding.
          expect(found.upper, `${accountant} at ${JSON.stringify(question)}`).toBeGreaterThanOrEqual(
            exact * (1 - 1e-6) - 1e-9,
          );
          expect(found.lower).toBeLessThanOrEqual(found.upper);
          if (worst) expect(found.lower).toBeLessThanOrEqual(exact * (1 + 2e-2) + 1e-3);
        }
        const whole = account({ event, neighbouring }, question);
        for (const { refusal } of whole.others) expect(refusal ?? "").not.toContain("failed");
        if (worst && whole.accountant !== "rdp" && whole.accountant !== "zcdp")
          expect(whole.upper).toBeLessThanOrEqual(exact * (1 + 2e-2) + 1e-3);
      }
    },
  );
}

function asked<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isPacelineError(error) && error.code === "unsupported") return undefined;
    throw error;
  }
}
