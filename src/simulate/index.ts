// Simulation: seeded, pure, for tests, demonstrations and the playground.

export type { AdaptiveClip, EvaluationPlan, RiderLayout } from "../learning/plan/riders.ts";
export type { StreamPlan } from "../learning/plan/stream.ts";
export { readTableDraft } from "../learning/plan/training/draft.ts";
export type { TrainingManifest } from "../learning/plan/training/manifest.ts";
export { plainEngine } from "../math/tensor/trainer.ts";
export type { Setting } from "../query/planner.ts";
export type { Member } from "../records/types.ts";
export type { Registry } from "../task/metrics.ts";
export {
  type AttackJob,
  type AttackName,
  type AttackOptions,
  type AttackResult,
  attackFigures,
  attackNames,
  type Bounded,
  boundsFigure,
  claimWords,
  type JudgedLine,
  simulateAttack,
  simulateAttackJob,
} from "./attacks/index.ts";
export { type PopulationOptions, population } from "./population.ts";
export type { StudiedCell } from "./study/cells.ts";
export type { Runner } from "./study/dispatch.ts";
export { studyFigures } from "./study/figures.ts";
export { studySetting } from "./study/members.ts";
export type { Budget, StudyOptions } from "./study/options.ts";
export { type RunsJob, simulateRuns } from "./study/runs.ts";
export { type PointResult, type StudyResult, simulateStudy } from "./study/study.ts";
export type { Band, CellSummary, Spread, Told } from "./study/summary.ts";
export { type LocalJob, simulateLocal } from "./training/engine/local.ts";
export type { NoiseSource } from "./training/engine/noise.ts";
export type { LocalRunner } from "./training/engine/rounds.ts";
export { type InversionLab, type InversionOptions, invertUpdates } from "./training/inversion.ts";
export { tableStudy, unusedFields } from "./training/study/draft.ts";
export { trainingFigures } from "./training/study/figures.ts";
export { manifestStudy } from "./training/study/manifest.ts";
export type { TrainingStudyOptions } from "./training/study/options.ts";
export { type OverlapStudy, type OverlapStudyOptions, simulateOverlapStudy } from "./training/study/overlap.ts";
export { overlapFigures, overlapLines } from "./training/study/overlap-figures.ts";
export { dealtUnevenly } from "./training/study/skew.ts";
export { simulateTrainingStudy, type TrainingPoint, type TrainingStudy } from "./training/study/study.ts";
export { readTable } from "./training/study/table.ts";
