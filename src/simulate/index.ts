// Simulation: seeded, pure, for tests, demonstrations and the playground.

export type { Member } from "../records/types.ts";
export { type PopulationOptions, population } from "./population.ts";
export type { StudiedCell } from "./study/cells.ts";
export type { Runner } from "./study/dispatch.ts";
export { studyFigures } from "./study/figures.ts";
export { studySetting } from "./study/members.ts";
export type { Budget, StudyOptions } from "./study/options.ts";
export { type RunsJob, simulateRuns } from "./study/runs.ts";
export { type PointResult, type StudyResult, simulateStudy } from "./study/study.ts";
export type { Band, CellSummary, Spread, Told } from "./study/summary.ts";
