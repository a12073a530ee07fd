export { exportDatabase, importDatabase } from "./backup.ts";
export { openDatabase } from "./database.ts";
export { type Fleet, openFleet } from "./fleet.ts";
export { openKeyValues } from "./key-value.ts";
