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

export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;
  readonly #inTransaction: () => boolean;

  constructor(path: string) {
    const db = new DatabaseSync(path, { readBigInts: true, timeout: 5000, enableForeignKeyConstraints: true });
    db.exec("pragma journal_mode=wal; pragma synchronous=full; pragma trusted_schema=off");
    db.exec("pragma secure_delete=on; pragma temp_store=memory");
    const statements = new Map<string, StatementSync>();
    const config: SqliteDialectConfig = {
      database: {
        close: () => db.close(),
        prepare(sql) {
          const statement = statements.get(sql) ?? db.prepare(sql);
          statements.set(sql, statement);
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
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config, this.#inTransaction);
  }
}
