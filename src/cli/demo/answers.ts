// From releases to the document's cells, beside the truth that only a demo may know.
import { invariant } from "../../base/errors.ts";
import { encodeStatistics } from "../../contribution/statistics.ts";
import { type Cell, cellsOf } from "../../estimate/index.ts";
import { meaningsOf } from "../../figures/meanings.ts";
import type { Member } from "../../records/types.ts";
import { groupLabel, groupOf, groupValues, productMap } from "../../task/encoders/product.ts";
import type { ReleaseDocument } from "../../task/release.ts";
import type { DemoCell, DemoRelease } from "./document.ts";
import { measuredOf } from "./measured.ts";

interface Truth {
  /** The un-noised sums of the members who contributed, in the release's own shape. */
  readonly release: ReleaseDocument;
  /** Groups with a member in them. */
  readonly groups: ReadonlySet<string | null>;
}

export function truthOf(release: ReleaseDocument, contributed: readonly Member[]): Truth {
  const { source, encoder, window } = release;
  invariant(source.kind === "statistics" && encoder.kind === "product", "the demo's questions are of statistics");
  const { rows } = productMap(encoder);
  const sums: number[] = [];
  const groups = new Set<string | null>();
  for (const member of contributed) {
    const { vector, isNull } = encodeStatistics(member, source, encoder, window);
    if (isNull) continue;
    for (const [i, x] of vector.entries()) sums[i] = (sums[i] ?? 0) + x;
    groups.add(groupLabel(groupValues(encoder, groupOf(encoder, member.profile) ?? 0)));
  }
  const values = rows.map((row) => {
    let value = 0;
    for (let i = 0; i < row.length; i += 2) value += (row[i + 1] as number) * (sums[row[i] as number] ?? 0);
    return value;
  });
  return { release: { ...release, values }, groups };
}

/** An interval wider than this share of everything there could be tells next to nothing. */
const USELESS_SHARE = 0.25;

export function answerOf(release: ReleaseDocument, contributed: readonly Member[]): DemoRelease {
  const truth = truthOf(release, contributed);
  const truths = cellsOf(truth.release);
  const cells = cellsOf(release);
  const meanings = meaningsOf(release, cells);
  const range = measuredOf(release)?.range ?? [0, 0];
  const { question, privacy } = release;
  return {
    question,
    cells: cells.map((cell, i): DemoCell => {
      const { interval95, privacyInterval95, privacyNoiseSd, estimate } = cell.estimate;
      const meaning = meanings[i] ?? { kind: "value", title: cell.statistic, unit: "value" };
      // Of nobody there is no truth.
      const known = truth.groups.has(cell.group) ? (truths[i] as Cell).estimate.estimate : Number.NaN;
      const whole = meaning.kind === "share" ? 1 : range[1] - range[0];
      const useless = meaning.kind !== "count" && interval95[1] - interval95[0] > USELESS_SHARE * whole;
      return {
        ...{ key: cell.key, group: cell.group, meaning, estimate, interval95, privacyInterval95, privacyNoiseSd },
        truth: known,
        ...(useless ? { useless } : {}),
      };
    }),
    privacy,
  };
}
