// How the parts of one contribution share its budget. Each gets the same share: its rows are multiplied by a whole number, so
// that every part moves the released integers by about as much, in the norm of the noise.
import { type Part, partNorms } from "../../task/encoders/kinds.ts";
import { type LaidPart, partOf } from "./layout.ts";

export type Norm = "l1" | "l2";

/** What a part beside others moves by: large enough that rounding a weight costs no part more than 2 %. */
const SHARE = 3000;
/** Points that a member's values are rounded to: far below any noise, and of two values fewer, over more cells. */
const POINTS = 16_384;
const POINTS_OF_TWO = 4096;

export function weigh(laid: readonly LaidPart[], norm: Norm): Part[] {
  const alone = laid.length === 1;
  return laid.map((part) => {
    if (part.kind === "moments")
      return partOf(part, {
        weight: 1,
        resolution: !alone ? SHARE : part.values.length === 1 ? POINTS : POINTS_OF_TWO,
      });
    if (alone) return partOf(part, { weight: 1, resolution: 1 });
    // The rows of a tree move by as much as its levels do together.
    return partOf(part, {
      weight: Math.round(
        ("minor" in part ? SHARE / 4 : SHARE) / normOf(partOf(part, { weight: 1, resolution: 1 }), norm),
      ),
      resolution: 1,
    });
  });
}

function normOf(part: Part, norm: Norm): number {
  const { l1, l2Squared } = partNorms(part);
  return norm === "l1" ? Number(l1) : Math.sqrt(Number(l2Squared));
}
