// How the parts of one contribution share its budget. Each gets the same share: its rows are multiplied by a whole number, so
// that every part moves the released integers by about as much, in the norm of the noise.

import type { Part } from "../../task/encoders/kinds.ts";
import { partNorms } from "../../task/encoders/kinds.ts";
import { type LaidPart, partOf } from "./layout.ts";

export type Norm = "l1" | "l2";

/** What a part beside others moves by: large enough that rounding a weight costs no part more than 2 %. */
const SHARE = 3000;
/** Steps of a value that is alone: rounding is far below any noise. */
const ALONE = 1024;

export function weigh(laid: readonly LaidPart[], norm: Norm): Part[] {
  const alone = laid.length === 1;
  return laid.map((part) => {
    if (part.kind === "histogram" || part.kind === "category")
      return partOf(part, { weight: alone ? 1 : "minor" in part ? SHARE / 4 : SHARE, resolution: 1 });
    if (alone) return partOf(part, { weight: 1, resolution: ALONE });
    // With weight 1 the norms grow with the resolution alone, so one trial tells the resolution that fits.
    const trial = normOf(partOf(part, { weight: 1, resolution: ALONE }), norm);
    return partOf(part, { weight: 1, resolution: Math.max(16, Math.round((SHARE * ALONE) / trial)) });
  });
}

export function normOf(part: Part, norm: Norm): number {
  const { l1, l2Squared } = partNorms(part);
  return norm === "l1" ? Number(l1) : Math.sqrt(Number(l2Squared));
}
