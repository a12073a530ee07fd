// paceline/estimate: a release turned into numbers with intervals. Free post-processing: it costs no privacy.
//
// Every number is about the clipped and bucketed values of the members who contributed (`estimand` says it in full).
// privacyInterval95 covers that number, interval95 the same number in the population the members were drawn from.

export { decodeRelease, type ReleaseDocument } from "../task/release.ts";
export { compareReleases } from "./against.ts";
export { cellsOf } from "./answers.ts";
export { type CalibratedBin, type Calibration, calibrationOf, type ForeseenCounts } from "./calibration.ts";
export type { Cell, CellOptions } from "./cell.ts";
export { type CompareOptions, type Comparison, type Comparisons, comparisonsOf } from "./compare.ts";
export { type Estimate, estimand, type Processing } from "./estimate.ts";
export { cellsToCsv, cellsToJson } from "./exports.ts";
export type { CountedGroup, Interval } from "./group.ts";
export { type HistogramGroup, openHistogram } from "./histogram.ts";
export type { CellNoise } from "./noise.ts";
export type { ErrorParts } from "./parts.ts";
export {
  type Cohort,
  type MeanPrediction,
  type PredictedWidth,
  predictMeanHalfWidth,
  predictWidths,
} from "./predict.ts";
export { quantileOf } from "./quantile.ts";
export { type Rank, rankOf } from "./rank.ts";
export { meanOf, shareOf } from "./ratio.ts";
