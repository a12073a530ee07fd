// Strict reading of single cells. What looks damaged is refused, not repaired: a spreadsheet that turned ids into
// 1.50396E+09 has merged members, and 1,234 is more than a thousand in one country and little more than one in another.

/** Why a cell gives no number. */
export type NumberProblem = "empty" | "not_a_number" | "thousands_separator";

const number = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;
const grouped = /^[+-]?\d{1,3}(?:[,'\u2019 \u00a0\u202f]\d{3})+(?:\.\d+)?$/;

/** The number of a cell, all of it: `12abc`, `0x10`, `NaN` and `1e400` are none. */
export function readNumber(cell: string): number | NumberProblem {
  const text = cell.trim();
  if (text === "") return "empty";
  if (!number.test(text)) return grouped.test(text) ? "thousands_separator" : "not_a_number";
  const value = Number(text);
  return Number.isFinite(value) ? value : "not_a_number";
}

/** Why a cell names no member. */
export type MemberProblem = "no_member" | "damaged_member_id";

const ID_CHARS_MAX = 128;

/** The member's id as it is written; never a number, which would lose leading zeros and long ids. */
export function readMember(cell: string): { readonly id: string } | MemberProblem {
  const id = cell.trim();
  if (id === "") return "no_member";
  // as a spreadsheet shows long numbers, and as programs write numbers that they took for measurements
  const damaged = /^\d(?:[.,]\d+)?E\+\d+$/i.test(id) || /^\d+[.,]0+$/.test(id) || id.length > ID_CHARS_MAX;
  return damaged ? "damaged_member_id" : { id };
}
