// kysely's SQLite dialect over node:sqlite: WAL and synchronous=FULL, so a commit that returned is on disk; BEGIN
// IMMEDIATE, so that a read-then-write transaction cannot race another process's.
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { CompiledQuery, type DatabaseConnection, SqliteDialect, type SqliteDialectConfig, SqliteDriver } from "kysely";

class ImmediateDriver extends SqliteDriver {
  override async beginTransaction(connection: DatabaseConnection): Promise<void> {
    await connection.executeQuery(CompiledQuery.raw("begin immediate"));
  }
}

export class NodeSqliteDialect extends SqliteDialect {
  readonly #config: SqliteDialectConfig;

  constructor(path: string) {
    const db = new DatabaseSync(path, { readBigInts: true, timeout: 5000, enableForeignKeyConstraints: true });
    db.exec("pragma journal_mode=wal; pragma synchronous=full; pragma trusted_schema=off");
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
  }

  override createDriver(): SqliteDriver {
    return new ImmediateDriver(this.#config);
  }
}
