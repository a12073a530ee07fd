export type { Sealing } from "../sql/reseal.ts";
export type { Database } from "../sql/rows.ts";
export { isPostgresUrl, type PostgresAddress, postgresAddress } from "./address.ts";
export { exportDatabase, importDatabase } from "./backup.ts";
export { openDatabase } from "./database.ts";
export { refuseOthers } from "./server.ts";
