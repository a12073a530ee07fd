// paceline backup: one state of a service's database in one file, while the service runs.
import { mkdtempSync, rmSync } from "node:fs";
import { dirname, join } from "node:path";
import { nodeClock } from "../../platform/node/index.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { readConfig } from "../serve/config.ts";
import { readPlainConfig } from "../serve/plain-config.ts";
import { type BackupRole, writeArchive } from "./archive.ts";

export interface BackupOptions {
  readonly config: string;
  readonly out: string;
  readonly json?: boolean;
}

/** @throws PacelineError conflict when `out` is there, not_found, storage_full, unavailable */
export async function backupCommand(role: BackupRole, { config, out, json }: BackupOptions): Promise<void> {
  const { database } = role === "dap" ? readPlainConfig(config) : readConfig(role, config);
  const at = nodeClock.now();
  // SQLite's copy is a file until it is packed: beside the backup, where there has to be room anyway.
  const folder = mkdtempSync(join(dirname(out), ".paceline-backup-"));
  try {
    const content = await exported(database, folder);
    const bytes = await writeArchive(out, { database: content.kind, role, at }, content.content);
    const seconds = (nodeClock.now() - at) / 1000;
    process.stdout.write(
      json
        ? `${JSON.stringify({ out, database: content.kind, role, at, bytes, seconds })}\n`
        : `${out}: ${bytes} bytes, everything that the ${role} acknowledged before it began.\nIt holds reports${role === "dap" ? "" : " and budgets"}; key file, sealing keys and mark are not in it.\n`,
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function exported(database: string, folder: string) {
  if (isPostgresUrl(database)) {
    const { exportDatabase } = await import("../../storage/postgres/index.ts");
    return { kind: "postgres" as const, content: exportDatabase(database) };
  }
  const { exportDatabase } = await import("../../storage/sqlite/index.ts");
  return { kind: "sqlite" as const, content: exportDatabase(database, folder) };
}
