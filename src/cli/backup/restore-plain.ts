// paceline restore dap: a plain aggregator's database out of a backup. What was collected since is in the mark, and is put back
// when the aggregator is started; where the mark is lost, nothing of before is given out any more.
import { fail } from "../../base/errors.ts";
import { dropUntilNow } from "../../plain/collected.ts";
import { openPlainTask } from "../../plain/task.ts";
import { nodeClock, openMarkFile } from "../../platform/node/index.ts";
import { isPostgresUrl } from "../../storage/postgres/address.ts";
import { markPath } from "../serve/config.ts";
import { openPlainDatabase } from "../serve/plain.ts";
import { plainTaskOf, readPlainConfig } from "../serve/plain-config.ts";
import { checkFits, type RestoreOptions, readArchive } from "./archive.ts";

/** @throws PacelineError conflict when there is a database, invalid_data, not_found, misconfigured without a mark */
export async function restorePlain({ config: path, from, lostMark, json }: RestoreOptions): Promise<void> {
  const config = readPlainConfig(path);
  const archive = await readArchive(from);
  checkFits(archive.header, "dap", config.database);
  const mark = openMarkFile(markPath(config));
  const lost = (await mark.read()) === undefined;
  if (lostMark === "partner")
    fail("invalid_argument", "no other service knows what was collected of plain tasks", {
      hint: "Put the mark back, or drop what was uploaded until now: --lost-mark charge.",
    });
  if (lost && lostMark === undefined)
    fail("misconfigured", `the mark ${markPath(config)} is missing: it knows what was collected since the backup`, {
      hint: "Put it back. If it is lost: --lost-mark charge, after which no report of before is taken or given out.",
    });
  await imported(config.database, archive.content());
  const store = await openPlainDatabase(config);
  try {
    const tasks = config.tasks.map((task) => openPlainTask(plainTaskOf(task)));
    if (lost) await dropUntilNow({ store, clock: nodeClock }, mark, tasks);
  } finally {
    await store.close();
  }
  const { at } = archive.header;
  const lines = [
    `Restored from ${from}: the database as it was at ${new Date(at).toISOString()}.`,
    lost
      ? "Nobody knows what was collected since: reports of before now are not taken, and none of their sums is given out."
      : "Start it: batches that were collected since are not given out again.",
    "Reports that came after the backup are lost: a batch whose two sides hold different reports is never given out.",
  ];
  process.stdout.write(
    json ? `${JSON.stringify({ from, role: "dap", at, dropped: lost })}\n` : `${lines.join("\n")}\n`,
  );
}

async function imported(database: string, content: AsyncIterable<Uint8Array>): Promise<void> {
  if (isPostgresUrl(database)) {
    const { importKeyValues } = await import("../../storage/postgres/index.ts");
    await importKeyValues(database, content);
  } else {
    const { importDatabase } = await import("../../storage/sqlite/index.ts");
    await importDatabase(database, content);
  }
}
