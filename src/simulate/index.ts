// Simulation: seeded, pure, for tests, demonstrations and the playground.
export { type PopulationOptions, population } from "./population.ts";
