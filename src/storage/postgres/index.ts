export { isPostgresUrl, type PostgresAddress, postgresAddress } from "./address.ts";
export { exportDatabase, importDatabase } from "./backup.ts";
export { openDatabase } from "./database.ts";
export { refuseOthers } from "./server.ts";
