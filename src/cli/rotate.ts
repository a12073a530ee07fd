// paceline rotate: a new key seals what lies in a service's database; the old one is dropped when nothing needs it any more.
import { statSync } from "node:fs";
import { fail } from "../base/errors.ts";
import { nodeClock } from "../platform/node/index.ts";
import { addSealingKey, dropOldSealingKeys } from "../platform/node/sealer.ts";
import { readConfig } from "./serve/config.ts";
import { openServiceDatabase, sealingPath } from "./serve/database.ts";

export interface RotateOptions {
  readonly config: string;
  readonly dropOld?: boolean;
  readonly json?: boolean;
}

/** A service looks for a new key at least this often, and its longest transaction is shorter. */
const SETTLED_MS = 5 * 60_000;

/** @throws PacelineError conflict when old keys may still be in use, unavailable when a value does not open */
export async function rotateCommand(role: "coordinator" | "helper", options: RotateOptions): Promise<void> {
  const config = readConfig(role, options.config);
  const path = sealingPath(config);
  const print = (json: object, text: string) =>
    process.stdout.write(options.json ? `${JSON.stringify({ file: path, ...json })}\n` : `${text}\n`);
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    fail("not_found", `there are no sealing keys ${path}`, {
      hint: `They are made when the ${role} is first started.`,
    });
  if (!options.dropOld) {
    const keys = addSealingKey(path);
    print(
      { keys },
      `${path} has ${keys} keys now; the newest seals. A running ${role} takes it by itself and seals in the background what another\nsealed. Copy the file to every machine that runs a process of this ${role}; some minutes later: paceline rotate ${role} --drop-old`,
    );
    return;
  }
  const since = nodeClock.now() - statSync(path).mtimeMs;
  if (since < SETTLED_MS)
    fail(
      "conflict",
      `the newest key is ${Math.round(since / 1000)} seconds old, and a running service may still use the one before`,
      {
        hint: "Ask again after five minutes.",
      },
    );
  const store = await openServiceDatabase(role, config);
  try {
    // It ends when no value of another key is left, and throws when one does not open.
    const resealed = await store.reseal();
    const dropped = dropOldSealingKeys(path);
    print(
      { resealed, dropped },
      `${resealed} values sealed anew; ${dropped} old keys dropped: what they sealed elsewhere, in backups and logs, cannot be read any more.`,
    );
  } finally {
    await store.close();
  }
}
