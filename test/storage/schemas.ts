// Every version of the schemas, as it was when it was new: its statements, and rows in its tables. What is written down once
// is never written again, so a migration that was edited afterwards no longer fits.
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresQueryCompiler,
  SqliteAdapter,
  SqliteQueryCompiler,
} from "kysely";
import { migrations as postgres } from "../../src/storage/postgres/schema.ts";
import type { Migration } from "../../src/storage/sql/migrate.ts";
import { migrations as sqlite } from "../../src/storage/sqlite/schema.ts";

const kinds = {
  sqlite: { migrations: sqlite, adapter: new SqliteAdapter(), compiler: new SqliteQueryCompiler() },
  postgres: { migrations: postgres, adapter: new PostgresAdapter(), compiler: new PostgresQueryCompiler() },
};
export type Kind = keyof typeof kinds;

export const versions = (kind: Kind): readonly number[] => kinds[kind].migrations.map(({ version }) => version);

const fileOf = (kind: Kind, version: number) =>
  fileURLToPath(new URL(`schemas/${kind}-${version}.sql`, import.meta.url));

/** Makes an empty database one of that version. @returns undefined where it was not written down */
export const snapshot = (kind: Kind, version: number): string | undefined =>
  existsSync(fileOf(kind, version)) ? readFileSync(fileOf(kind, version), "utf8") : undefined;

/** The statements as they are in the sources now. */
export function statementsOf(kind: Kind, version: number): string {
  const { migrations, adapter, compiler } = kinds[kind];
  const db = new Kysely<unknown>({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => new DummyDriver(),
      createIntrospector: () => {
        throw new Error("of no use here");
      },
      createQueryCompiler: () => compiler,
    },
  });
  const until = migrations.filter((one: Migration) => one.version <= version);
  const statements = until.flatMap((one) => one.statements.map((statement) => `${statement.compile(db).sql};\n`));
  const numbered =
    kind === "sqlite"
      ? `pragma user_version = ${version};\n`
      : `create table schema_version ("only" integer primary key check ("only" = 1), version integer not null);
insert into schema_version values (1, ${version});\n`;
  return statements.join("") + numbered;
}

/** Of the two dialects' texts for bytes. */
const blob = (kind: Kind, length: number, fill: string) =>
  kind === "sqlite" ? `x'${fill.repeat(length)}'` : `'\\x${fill.repeat(length)}'`;

/** A report with bytes beside it, as a version keeps them. */
function report(
  kind: Kind,
  version: number,
  id: string,
  state: string,
  column: "upload" | "output_share",
  bytes: string,
) {
  const [task, name] = [blob(kind, 32, "01"), blob(kind, 16, id)];
  if (kind === "postgres" || version < 2)
    return [`insert into report (task, id, state, ${column}) values (${task}, ${name}, '${state}', ${bytes})`];
  return [
    `insert into report (task, id, state) values (${task}, ${name}, '${state}')`,
    `insert into ${column} (seq, bytes) select seq, ${bytes} from report where id = ${name}`,
  ];
}

/** Rows that every version has had a place for. */
export function rowsOf(kind: Kind, version: number): string {
  const bytes = (length: number, fill: string) => blob(kind, length, fill);
  return [
    `insert into owner ("only", role, keys) values (1, 'helper', ${bytes(32, "07")})`,
    `insert into task (id, manifest, verify_key, closes, expired) values (${bytes(32, "01")}, ${bytes(5, "05")}, ${bytes(32, "06")}, 100, 0)`,
    ...report(kind, version, "01", "pending", "upload", bytes(3, "01")),
    ...report(kind, version, "02", "accepted", "output_share", bytes(8, "03")),
    `insert into budget (epoch, cap, spent) values ('2026-W01', 10, 4)`,
    `insert into ledger_event (kind, at, task, rho, epochs, mechanism) values ('debit', 1, ${bytes(32, "01")}, 4, '2026-W01', '{}')`,
    `insert into spent_token (issuer, name) values (${bytes(32, "09")}, ${bytes(16, "0a")})`,
  ]
    .map((row) => `${row};\n`)
    .join("");
}

/** Writes down the newest versions, where they are not. */
export function writeSnapshots(): void {
  for (const kind of ["sqlite", "postgres"] as const)
    for (const version of versions(kind))
      if (!existsSync(fileOf(kind, version)))
        writeFileSync(fileOf(kind, version), statementsOf(kind, version) + rowsOf(kind, version));
}
