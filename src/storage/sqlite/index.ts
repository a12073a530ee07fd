export { openDatabase } from "./database.ts";
export { type Fleet, openFleet } from "./fleet.ts";
