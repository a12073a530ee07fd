// paceline restore: a database out of a backup, in a place where none is. What happened since the backup is not in it, and
// stays spent all the same: the mark and the other service tell of it, and where neither can, everything that may have been
// spent is.
import { claimStore } from "../../aggregate/owner.ts";
import { fail } from "../../base/errors.ts";
import { nodeClock, nodeCrypto, openKeyring, openMarkFile } from "../../platform/node/index.ts";
import type { Store } from "../../ports/store.ts";
import { acknowledge } from "../../release/acknowledge.ts";
import { headOf, isPast, type Mark } from "../../release/chain.ts";
import { chainedRows } from "../../release/chained.ts";
import { highWaterOf, readHighWater, writeHighWater } from "../../release/high-water.ts";
import { checkLedger } from "../../release/ledger.ts";
import { verifyChain } from "../../release/verify.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import type { DatabaseRows } from "../../storage/sql/rows.ts";
import { allSpent } from "../ledger/all-spent.ts";
import { type CoordinatorConfig, type HelperConfig, markPath, readConfig } from "../serve/config.ts";
import { openServiceDatabase } from "../serve/database.ts";
import { type BackupRole, checkFits, type Header, type RestoreOptions, readArchive } from "./archive.ts";

type Role = Exclude<BackupRole, "dap">;

/** @throws PacelineError conflict when there is a database, invalid_data, not_found, misconfigured without a mark */
export async function restoreCommand(role: BackupRole, options: RestoreOptions): Promise<void> {
  if (role === "dap") {
    const { restorePlain } = await import("./restore-plain.ts");
    await restorePlain(options);
  } else await restoreService(role, options);
}

async function restoreService(role: Role, options: RestoreOptions): Promise<void> {
  const config = readConfig(role, options.config);
  const archive = await readArchive(options.from);
  checkFits(archive.header, role, config.database);
  const markFile = openMarkFile(markPath(config));
  const alone = "analystToken" in config && config.helper === undefined;
  if (alone && options.lostMark === "partner")
    fail("invalid_argument", "this coordinator has no helper: no other service knows what was spent since the backup", {
      hint: "Put the mark back, or spend whatever may have been: --lost-mark charge.",
    });
  const mark = await readHighWater(markFile);
  if (mark === undefined && options.lostMark === undefined)
    fail("misconfigured", `the mark ${markPath(config)} is missing: it knows what was spent since the backup`, {
      hint: alone
        ? "Put it back. If it is lost: --lost-mark charge, which spends whatever may have been."
        : "Put it back. If it is lost, and the other service's database is as it was: --lost-mark partner. Else --lost-mark charge, which spends whatever may have been.",
    });
  const keyring = openKeyring(config.keys, "refuse");
  await imported(config.database, archive.content());
  const store = await openServiceDatabase(role, config);
  try {
    await claimStore(nodeCrypto, store, role, keyring);
    await store.read(async (rows) => {
      await checkLedger(rows);
      await verifyChain(rows, nodeCrypto, { role, key: keyring.signer.publicKey });
    });
    let charged: readonly string[] = [];
    if (mark === undefined && options.lostMark === "charge") {
      charged = await chargeAll(store, role, config, archive.header, keyring.signer.publicKey);
      await writeHighWater(markFile, await store.read(highWaterOf));
    }
    const head = await store.read(headOf);
    const behind = mark === undefined ? charged.length === 0 : !(await store.read((rows) => isPast(rows, mark)));
    tell(role, options, { at: archive.header.at, head, behind, charged, alone });
  } finally {
    await store.close();
  }
}

async function imported(database: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  const { importDatabase } = isPostgresUrl(database)
    ? await import("../../storage/postgres/index.ts")
    : await import("../../storage/sqlite/index.ts");
  await importDatabase(database, content);
}

/** @returns the weeks whose caps are used up now; those of their years are too */
async function chargeAll(
  store: Store<DatabaseRows>,
  role: Role,
  config: CoordinatorConfig | HelperConfig,
  { at }: Header,
  key: Uint8Array,
): Promise<readonly string[]> {
  const { rhoPerEpoch, rhoPerYear } = "policy" in config ? config.policy : config;
  const now = nodeClock.now();
  const { weeks, spent } = allSpent(config, at, now);
  await store.transaction(async (plain) => {
    const rows = chainedRows(plain, nodeCrypto, () => undefined);
    const mark = { ...(await headOf(rows)), spent, counterpart: undefined };
    const reason = "restored from a backup, without a mark: whatever may have been spent since is spent";
    const caps = { whose: role, epoch: rhoPerEpoch, year: rhoPerYear } as const;
    const known = { mark, held: undefined, other: { debits: [], releases: [] } };
    await acknowledge(rows, nodeCrypto, known, { owner: { role, key }, reason, at: now, caps });
  });
  return weeks;
}

interface Restored {
  readonly at: number;
  readonly head: Mark;
  readonly behind: boolean;
  readonly charged: readonly string[];
  /** There is no other service. */
  readonly alone: boolean;
}

function tell(role: Role, { from, json }: RestoreOptions, { at, head, behind, charged, alone }: Restored): void {
  const when = new Date(at).toISOString();
  const lines = [
    `Restored from ${from}: the ${role}'s database as it was at ${when}, its ledger up to entry ${head.sequence}.`,
    ...(charged.length > 0
      ? [
          `Nobody knows what was spent since: ${charged[0]} to ${charged.at(-1)} are charged in full, tasks are closed for ever.`,
        ]
      : []),
    behind
      ? `More happened than is in it: the ${role} serves nothing until you have run \`paceline ledger acknowledge ${role}\`.`
      : alone
        ? `Start the ${role}.`
        : `Start the ${role}; whatever the other service knows besides, it says then.`,
    alone
      ? "Messages that came after the backup are lost: masked rounds that were running end without a sum, and are asked again."
      : "Reports that came after the backup are lost: a task whose two sides hold different reports is never released.",
  ];
  process.stdout.write(
    json ? `${JSON.stringify({ from, role, at, entry: head.sequence, behind, charged })}\n` : `${lines.join("\n")}\n`,
  );
}
