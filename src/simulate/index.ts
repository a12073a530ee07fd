// Simulation: seeded, pure, for tests, demonstrations and the playground.

export type { Member } from "../records/types.ts";
export { type PopulationOptions, population } from "./population.ts";
