import { expect, test } from "vitest";
import { readMember, readNumber } from "../../../src/records/csv/cells.ts";

test.each([
  ["0", 0],
  ["-1.5", -1.5],
  ["+3", 3],
  [" 52.59999847 ", 52.59999847],
  [".5", 0.5],
  ["5.", 5],
  ["1.2e3", 1200],
  ["1E-2", 0.01],
])("%j is a number", (cell, value) => expect(readNumber(cell)).toBe(value));

test.each([
  ["", "empty"],
  ["  ", "empty"],
  ["12abc", "not_a_number"],
  ["0x10", "not_a_number"],
  ["1e400", "not_a_number"],
  ["-1e400", "not_a_number"],
  ["NaN", "not_a_number"],
  ["Infinity", "not_a_number"],
  ["null", "not_a_number"],
  ["1e", "not_a_number"],
  [".", "not_a_number"],
  ["62,5", "not_a_number"],
  ["1_000", "not_a_number"],
  ["\u0661\u0662", "not_a_number"],
  ["1,234", "thousands_separator"],
  ["1,234,567.8", "thousands_separator"],
  ["1 234", "thousands_separator"],
  ["1'234", "thousands_separator"],
])("%j is %s", (cell, problem) => expect(readNumber(cell)).toBe(problem));

test("a long run of digits is read in linear time", () => {
  expect(readNumber(`${"1".repeat(65_000)}x`)).toBe("not_a_number");
});

test.each(["1503960366", "007", "12e5", "1e5", "a@b", "9007199254740993", "1.5", "member 1"])(
  "%j names a member",
  (cell) => expect(readMember(cell)).toEqual({ id: cell }),
);

test.each([
  ["", "no_member"],
  ["   ", "no_member"],
  ["1.50396E+09", "damaged_member_id"],
  ["1,50396E+09", "damaged_member_id"],
  ["2e+15", "damaged_member_id"],
  ["1503960366.0", "damaged_member_id"],
  ["x".repeat(200), "damaged_member_id"],
])("%j does not: %s", (cell, problem) => expect(readMember(cell)).toBe(problem));
