export type { KeyValueRows, KeyValueStore } from "../../plain/store.ts";
export type { PairSealing } from "../sql/pairs.ts";
export type { Sealing } from "../sql/reseal.ts";
export type { Database } from "../sql/rows.ts";
export { exportDatabase, importDatabase } from "./backup.ts";
export { openDatabase } from "./database.ts";
export { type Fleet, openFleet } from "./fleet.ts";
export { openKeyValues } from "./key-value.ts";
