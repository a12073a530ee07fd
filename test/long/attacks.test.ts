// The attacks of test/attacks at their full size.
import { expect, test } from "vitest";
import { averagingAttack } from "../support/averaging.ts";
import { attacks, differencing, told } from "../support/differencing.ts";

test("10,000 repeats in 50 spellings of three languages are one debit and the same bytes", async () => {
  const found = await averagingAttack(10_000);
  console.log(`10,000 repeats: ${JSON.stringify(found)}`);
  expect(found).toEqual({ tasks: 1, answers: 1, debits: [1, 1], leaves: 1 });
}, 900_000);

test.each(Object.keys(attacks))(
  "%s: 100,000 runs",
  async (name) => {
    const found = await differencing(name, 100_000);
    console.log(told(found));
    expect(found.advantage - 3 * found.standardError).toBeLessThanOrEqual(found.bound);
    expect(found.advantage).toBeGreaterThan(10 * found.standardError);
  },
  900_000,
);
