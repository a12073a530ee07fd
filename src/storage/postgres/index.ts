export { isPostgresUrl, type PostgresAddress, postgresAddress } from "./address.ts";
export { openDatabase } from "./database.ts";
