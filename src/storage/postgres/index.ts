export type { KeyValueRows, KeyValueStore } from "../../plain/store.ts";
export type { PairSealing } from "../sql/pairs.ts";
export type { Sealing } from "../sql/reseal.ts";
export type { Database } from "../sql/rows.ts";
export { isPostgresUrl, type PostgresAddress, postgresAddress } from "./address.ts";
export { exportDatabase, importDatabase } from "./backup.ts";
export { openDatabase } from "./database.ts";
export { importKeyValues, openKeyValues } from "./key-value.ts";
export { refuseOthers } from "./server.ts";
