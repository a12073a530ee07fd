// A population as the rows and labels that its devices would compute, each for itself.
import { examplesOf } from "../../learning/device/examples.ts";
import type { Reading } from "../../learning/plan/training/examples.ts";
import type { Examples } from "../../ports/training-engine.ts";
import type { Member } from "../../records/types.ts";
import { builtIn } from "../../task/metrics.ts";

/** All members' examples together; a member without a label has none. @param end first day after the label's days */
export function casesOf(
  reading: Reading,
  members: readonly Member[],
  end: number,
): Examples & { readonly count: number } {
  const own = members.map(({ days }) => examplesOf(days, reading, end, builtIn));
  const joined = (part: "rows" | "labels") => {
    const out = new Float32Array(own.reduce((sum, each) => sum + each[part].length, 0));
    let at = 0;
    for (const each of own) {
      out.set(each[part], at);
      at += each[part].length;
    }
    return out;
  };
  return { rows: joined("rows"), labels: joined("labels"), count: own.reduce((sum, { count }) => sum + count, 0) };
}
