// paceline rotate: a new key in the place of one that a service works with. What the old one is needed for it still does; it is
// dropped, or destroyed, when nothing needs it any more.
import { statSync } from "node:fs";
import { fail } from "../base/errors.ts";
import { nodeClock } from "../platform/node/index.ts";
import { replaceReceivingKey } from "../platform/node/keyring.ts";
import { addSealingKey, dropOldSealingKeys } from "../platform/node/sealer.ts";
import type { BackupRole } from "./backup/archive.ts";
import { readConfig } from "./serve/config.ts";
import { openServiceDatabase, sealingPath } from "./serve/database.ts";
import { publicKeys } from "./serve/keys.ts";
import { openPlainDatabase } from "./serve/plain.ts";
import { type PlainConfig, readPlainConfig } from "./serve/plain-config.ts";

export interface RotateOptions {
  readonly config: string;
  readonly dropOld?: boolean;
  readonly receivingKey?: boolean;
  readonly json?: boolean;
}

/** A service looks for a new key at least this often, and its longest transaction is shorter. */
const SETTLED_MS = 5 * 60_000;

/** @throws PacelineError conflict when old keys may still be in use, unavailable when a value does not open */
export async function rotateCommand(role: BackupRole, options: RotateOptions): Promise<void> {
  if (options.dropOld && options.receivingKey)
    fail("invalid_argument", "--drop-old is for the keys that seal a database", {
      hint: "An old receiving key is destroyed by the running service, when no task that is not over needs it.",
    });
  if (options.receivingKey && role === "dap")
    fail("unsupported", "a plain aggregator's receiving keys are replaced in its configuration", {
      hint: "Make a key file with `paceline keys`, name it in `keys`, and the one before in `oldKeys` (docs/dap.md).",
    });
  const config = role === "dap" ? readPlainConfig(options.config) : readConfig(role, options.config);
  const print = (json: object, text: string) =>
    process.stdout.write(options.json ? `${JSON.stringify(json)}\n` : `${text}\n`);
  if (options.receivingKey && role !== "dap") rotateReceivingKey(role, config.keys, print);
  else await rotateSealing(role, config, options, print);
}

type Print = (json: object, text: string) => void;

function rotateReceivingKey(role: "coordinator" | "helper", path: string, print: Print): void {
  if (statSync(path, { throwIfNoEntry: false }) === undefined)
    fail("not_found", `there is no key file ${path}`, { hint: `It is made when the ${role} is first started.` });
  replaceReceivingKey(path);
  const { hpke } = publicKeys(path);
  print(
    { file: path, hpke },
    `${path} has a new receiving key, which new tasks name. A running ${role} takes it by itself, tells the other service, and destroys\nthe old one when the last task that is sealed to it is over. Copy the file to every machine that runs a process of this ${role}\nnow: one without the key answers for no new task. Copies that you keep of the file hold the old key: delete them.`,
  );
}

async function rotateSealing(
  role: BackupRole,
  config: ReturnType<typeof readConfig> | PlainConfig,
  { dropOld }: RotateOptions,
  print: Print,
): Promise<void> {
  const file = sealingPath(config);
  if (statSync(file, { throwIfNoEntry: false }) === undefined)
    fail("not_found", `there are no sealing keys ${file}`, {
      hint: `They are made when the ${role} is first started.`,
    });
  if (!dropOld) {
    const keys = addSealingKey(file);
    print(
      { file, keys },
      `${file} has ${keys} keys now; the newest seals. A running ${role} takes it by itself and seals in the background what another\nsealed. Copy the file to every machine that runs a process of this ${role}; some minutes later: paceline rotate ${role} --drop-old`,
    );
    return;
  }
  const since = nodeClock.now() - statSync(file).mtimeMs;
  if (since < SETTLED_MS)
    fail(
      "conflict",
      `the newest key is ${Math.round(since / 1000)} seconds old, and a running service may still use the one before`,
      {
        hint: "Ask again after five minutes.",
      },
    );
  const store = role === "dap" ? await openPlainDatabase(config) : await openServiceDatabase(role, config);
  try {
    // It ends when no value of another key is left, and throws when one does not open.
    const resealed = await store.reseal();
    const dropped = dropOldSealingKeys(file);
    print(
      { file, resealed, dropped },
      `${resealed} values sealed anew; ${dropped} old keys dropped: what they sealed elsewhere, in backups and logs, cannot be read any more.`,
    );
  } finally {
    await store.close();
  }
}
