// kysely's PostgreSQL dialect over a pool of pg: integers come as bigint and bytes as plain Uint8Array, as from SQLite.
import { PostgresDialect } from "kysely";
import { Pool, type PoolConfig, types } from "pg";
import type { PostgresAddress } from "./address.ts";

const INT8 = 20;
const BYTEA = 17;

/** Sessions carry it: who looks at pg_stat_activity, and who wants to be alone, sees the services by it. */
export const APPLICATION = "paceline";

const CONNECTIONS_MAX = 10;
const CONNECT_MS = 5000;

/** A session that stops in the middle of a transaction, or waits for one that did, gives up in the end. */
const SETTINGS = [
  "lock_timeout=30s",
  "idle_in_transaction_session_timeout=60s",
  "statement_timeout=10min",
  "client_min_messages=warning",
];

type Parser = (text: string) => unknown;

/** Text format of both; pg asks for a parser by the column's type. */
const parsers: Readonly<Record<number, Parser>> = {
  [INT8]: (text) => BigInt(text),
  [BYTEA]: (text) => {
    const bytes = Buffer.from(text.slice(2), "hex");
    // A view of a shared pool would let a row keep other rows alive.
    return new Uint8Array(bytes);
  },
};

export function postgresPool({ host, port, database, user, password, tls }: PostgresAddress): Pool {
  const config: PoolConfig = {
    host,
    port,
    database,
    user,
    ...(password === undefined ? {} : { password }),
    ssl: tls ?? false,
    max: CONNECTIONS_MAX,
    connectionTimeoutMillis: CONNECT_MS,
    keepAlive: true,
    application_name: APPLICATION,
    options: SETTINGS.map((setting) => `-c ${setting}`).join(" "),
    types: {
      getTypeParser: ((oid: number, format?: "text" | "binary") =>
        (format !== "binary" && parsers[oid]) || types.getTypeParser(oid, format)) as typeof types.getTypeParser,
    },
  };
  const pool = new Pool(config);
  // Whoever uses the connection hears of it by the statement that fails; nobody else needs to.
  pool.on("error", () => undefined);
  pool.on("connect", (client) => client.on("error", () => undefined));
  return pool;
}

export const postgresDialect = (pool: Pool): PostgresDialect => new PostgresDialect({ pool });
