// From releases to the document's cells, beside the truth that only a demo may know.

import { invariant } from "../../base/errors.ts";
import { encodeHistogram } from "../../contribution/encode.ts";
import { reduceWindow } from "../../contribution/window.ts";
import { cellsOf } from "../../estimate/index.ts";
import { unitOfStatistic } from "../../figures/meanings.ts";
import type { Member } from "../../records/types.ts";
import type { ReleaseDocument } from "../../task/release.ts";
import type { DemoCell, DemoRelease } from "./document.ts";

/** The un-noised counts of the members who contributed, in the release's own shape. */
export function trueRelease(release: ReleaseDocument, contributed: readonly Member[]): ReleaseDocument {
  const { encoder, source, window } = release;
  invariant(encoder.kind === "histogram" && source.kind === "statistic", "the demo's questions are histograms");
  const values = new Array<number>(release.values.length).fill(0);
  for (const { days, profile } of contributed) {
    const { vector, isNull } = encodeHistogram(encoder, reduceWindow(days, source, window), profile);
    if (!isNull) values[vector.indexOf(1)] = (values[vector.indexOf(1)] as number) + 1;
  }
  return { ...release, values };
}

export function answerOf(release: ReleaseDocument, contributed: readonly Member[]): DemoRelease {
  const truth = new Map(
    cellsOf(trueRelease(release, contributed)).map(({ key, estimate }) => [key, estimate.estimate]),
  );
  // Of nobody there is no truth but their number.
  const nobody = (key: string) => truth.get(key.replace(/[^/]+$/, "count")) === 0 && !key.endsWith("/count");
  const cells = cellsOf(release).map(({ key, estimate }): DemoCell => {
    const { interval95, privacyInterval95, privacyNoiseSd } = estimate;
    return {
      key,
      estimate: estimate.estimate,
      interval95,
      privacyInterval95,
      privacyNoiseSd,
      truth: nobody(key) ? Number.NaN : (truth.get(key) ?? Number.NaN),
    };
  });
  const { question, privacy, source } = release;
  invariant(source.kind === "statistic", "the demo's questions are of one statistic");
  return { question, unit: unitOfStatistic(source), cells, privacy };
}
