// kysely's SQLite dialect over node:sqlite: WAL and synchronous=FULL, so a commit that returned is on disk; BEGIN
// IMMEDIATE, so that a read-then-write transaction cannot race another process's; DEFERRED for work that only reads. What
// is deleted is overwritten with zeros in its page, and nothing is sorted or spilled into temporary files.
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import {
  CompiledQuery,
  type DatabaseConnection,
  SqliteDialect,
  type SqliteDialectConfig,
  SqliteDriver,
  type TransactionSettings,
} from "kysely";
import { invariant } from "../../base/errors.ts";

class ImmediateDriver extends SqliteDriver {
  readonly #inTransaction: () => boolean;

  constructor(config: SqliteDialectConfig, inTransaction: () => boolean) {
    super(config);
    this.#inTransaction = inTransaction;
  }

  /** A full disk and the like make SQLite roll back by itself; a second rollback would hide why. */
  override async rollbackTransaction(connection: DatabaseConnection): Promise<void> {
    if (this.#inTransaction()) await super.rollbackTransaction(connection);
  }

  override async beginTransaction(connection: DatabaseConnection, settings?: TransactionSettings): Promise<void> {
    const mode = settings?.accessMode === "read only" ? "deferred" : "immediate";
    await connection.executeQuery(CompiledQuery.raw(`begin ${mode}`));
  }
}

/** A statement of one connection, prepared when it is first asked for. */
export type Prepare = (sql: string) => StatementSync;

export class NodeSqliteDialect extends SqliteDialect {
  /** For what comes by the thousand. @throws PacelineError internal outside a transaction */
  readonly prepare: Prepare;
  readonly #config: SqliteDialectConfig;
  readonly #inTransaction: () => boolean;

  constructor(path: string) {
    const db = new DatabaseSync(path, { readBigInts: true, timeout: 5000, enableForeignKeyConstraints: true });
    // Of a file that is new: a report's bytes then fill two fifths of a page. It must be said before the first write.
    db.exec("pragma page_size=8192");
    db.exec("pragma journal_mode=wal; pragma synchronous=full; pragma trusted_schema=off");
    // A page that makes no sense is an error, not an answer.
    db.exec("pragma cell_size_check=on");
    db.exec("pragma secure_delete=on; pragma temp_store=memory");
    // 32 MiB each: an index of a million random ids is read and written all over.
    db.exec("pragma cache_size=-32768; pragma wal_autocheckpoint=4000");
    const statements = new Map<string, StatementSync>();
    const prepared: Prepare = (sql) => {
      const statement = statements.get(sql) ?? db.prepare(sql);
      statements.set(sql, statement);
      return statement;
    };
    const config: SqliteDialectConfig = {
      database: {
        close: () => db.close(),
        prepare(sql) {
          const statement = prepared(sql);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...(parameters as SQLInputValue[])),
            iterate: (parameters) => statement.iterate(...(parameters as SQLInputValue[])) as IterableIterator<unknown>,
            run: (parameters) => {
              const { changes, lastInsertRowid } = statement.run(...(parameters as SQLInputValue[]));
              return { changes: BigInt(changes), lastInsertRowid: BigInt(lastInsertRowid) };
            },
          };
        },
      },
    };
    super(config);
    this.#config = config;
    this.#inTransaction = () => db.isOpen && db.isTransaction;
    this.prepare = (sql) => {
      invariant(this.#inTransaction(), "rows are used within their transaction");
      return prepared(sql);
    };
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#inTransaction);
  }
}
