// Answers that would tell next to nothing, said before anybody is asked: with the number, and what would tell more.
import type { PredictedWidth } from "../../estimate/predict.ts";
import type { Answer } from "../../task/answers.ts";
import type { Part } from "../../task/encoders/kinds.ts";
import type { PlannedTask } from "../../task/manifest.ts";
import { cellCount } from "./predict.ts";

export interface Hopeless {
  readonly statistic: string;
  /** The largest of the numbers of members looked at with which the answer says next to nothing. */
  readonly members: number;
  /** Of the 95 % interval, and of all that the answer could be. */
  readonly halfWidth: number;
  readonly range: number;
  readonly says: string;
}

/** Of all that an answer could be: an interval of half of it leaves everything open that anybody would ask. */
const OPEN_SHARE = 1 / 4;

/** @param predicted in increasing order of members */
export function hopelessIn(
  { source, encoder }: Pick<PlannedTask, "source" | "encoder">,
  predicted: readonly { readonly members: number; readonly widths95: readonly PredictedWidth[] }[],
): readonly Hopeless[] {
  if (source.kind !== "statistics" || encoder.kind !== "product") return [];
  const ranges = source.answers.flatMap((answer) => {
    const part = encoder.parts[answer.part];
    return new Array<number | undefined>(cellCount(answer, part)).fill(rangeOf(answer, part));
  });
  return ranges.flatMap((range, cell) => {
    if (range === undefined) return [];
    const open = predicted.filter(({ widths95 }) => (widths95[cell]?.halfWidth ?? 0) >= OPEN_SHARE * range);
    const worst = open.at(-1);
    const width = worst?.widths95[cell];
    if (worst === undefined || width === undefined) return [];
    const enough = predicted.find(({ members }) => members > worst.members);
    const { statistic, halfWidth } = width;
    const number = `±${Number(halfWidth.toPrecision(2))}, where all it could be spans ${Number(range.toPrecision(3))}`;
    const more = enough === undefined ? "" : `, or of ${enough.members} members or more`;
    const says = `${statistic} of ${worst.members} members says next to nothing: ${number}. Ask with a larger budget, fewer groups or statistics${more}.`;
    return [{ statistic, members: worst.members, halfWidth, range, says }];
  });
}

/** How far apart an answer's least and greatest value are; undefined where it is as large as its cohort, or has no end. */
function rangeOf({ statistic }: Answer, part: Part | undefined): number | undefined {
  if (statistic === "share") return 1;
  if (statistic === "correlation") return 2;
  if (statistic !== "mean" && statistic !== "quantile") return undefined;
  if (part?.kind === "histogram") return (part.edges.at(-1) as number) - (part.edges[0] as number);
  const [clip] = part?.kind === "moments" ? part.clip : [];
  return clip && clip[1] - clip[0];
}
