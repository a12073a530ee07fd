// Every event against an enumerated mechanism that it describes: no bound lies below what that mechanism tells, by no
// accountant; and where the mechanism is the worst there is, the brackets hold it.
import { expect, test } from "vitest";
import { isPacelineError } from "../../../../src/base/errors.ts";
import { account, accountantNames } from "../../../../src/privacy/accounting/account.ts";
import { knownMechanisms } from "../../../../src/privacy/accounting/algebra/parse.ts";
import { plainCases } from "./cases.ts";
import { deltaOf, epsilonOf } from "./laws.ts";
import { sampledCases } from "./sampled-cases.ts";

const oracleCases = [...plainCases, ...sampledCases];
const deltas = [1e-2, 1e-4, 1e-6];
const epsilons = [0, 0.3, 1.5];

test("every event has a case", () => {
  const covered = new Set(oracleCases.map(({ event }) => event.mechanism));
  const plain = knownMechanisms.filter((name) => !["no-op", "non-private"].includes(name));
  expect(plain.filter((name) => !covered.has(name as never))).toEqual([]);
});

test.each(oracleCases.map((one, i) => [`${i}: ${JSON.stringify(one.event)} under ${one.neighbouring}`, one] as const))(
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

function asked<T>(ask: () => T): T | undefined {
  try {
    return ask();
  } catch (error) {
    if (isPacelineError(error) && error.code === "unsupported") return undefined;
    throw error;
  }
}
