// Members' ids, compared as they are written; what looks like one person under two ids is told, never joined.

/** Why a cell names no member. */
export type MemberProblem = "no_member" | "damaged_member_id" | "totals_row";

const ID_CHARS_MAX = 128;

const totals = new Set(
  "total totals sum average avg mean overall grand subtotal gesamt summe insgesamt mittelwert durchschnitt somme moyenne promedio totale".split(
    " ",
  ),
);

/** Whether a trimmed cell is what tables write beside the sums below their rows. */
export function isTotalsWord(cell: string): boolean {
  return (
    cell.length <= 20 &&
    cell
      .toLowerCase()
      .split(/[\s:]+/)
      .every((word) => word === "" || totals.has(word)) &&
    cell !== ""
  );
}

/** The member's id as it is written; never a number, which would lose leading zeros and long ids. */
export function readMember(cell: string): { readonly id: string } | MemberProblem {
  const id = cell.trim();
  if (id === "") return "no_member";
  if (isTotalsWord(id)) return "totals_row";
  // as a spreadsheet shows long numbers, and as programs write numbers that they took for measurements
  const damaged = /^\d(?:[.,]\d+)?E\+\d+$/i.test(id) || /^\d+[.,]0+$/.test(id) || id.length > ID_CHARS_MAX;
  return damaged ? "damaged_member_id" : { id };
}

/** What ids of one person have in common however programs change them: case, Unicode form, spaces, leading zeros. */
function core(id: string): string {
  const plain = id
    .normalize("NFKC")
    .toLowerCase()
    .replaceAll(/[\s_-]+/g, "");
  return plain.replace(/^0+(?=.)/, "").replace(/[.,]0+$/, "");
}

/** How many ids differ from another only in what programs change. @param ids each once */
export function nearTwins(ids: Iterable<string>): number {
  const first = new Map<string, number>();
  for (const id of ids) {
    const key = core(id);
    first.set(key, (first.get(key) ?? 0) + 1);
  }
  let twins = 0;
  for (const count of first.values()) if (count > 1) twins += count;
  return twins;
}
