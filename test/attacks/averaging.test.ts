// Asking again, in whatever words, gives nothing new: one debit, one task, the same bytes. test/long asks 10,000 times.
import { expect, test } from "vitest";
import { averagingAttack } from "../support/averaging.ts";
import { spellings } from "../support/spellings.ts";

test("100 repeats in 50 spellings of three languages are one debit and the same bytes", async () => {
  expect(new Set(spellings.map((one) => JSON.stringify(one))).size).toBeGreaterThanOrEqual(50);
  const { tasks, answers, debits, leaves } = await averagingAttack(104);
  expect({ tasks, answers, debits, leaves }).toEqual({ tasks: 1, answers: 1, debits: [1, 1], leaves: 1 });
});
