// A process that fills places of a task, a few at a time, until there are none: says how many each time, once it is committed.
import { randomBytes, randomInt } from "node:crypto";
import { writeSync } from "node:fs";
import { newPlaces } from "../../src/aggregate/places.ts";
import type { AggregateRows } from "../../src/aggregate/store.ts";
import { openDatabase as openPostgres } from "../../src/storage/postgres/index.ts";
import { openDatabase as openSqlite } from "../../src/storage/sqlite/index.ts";
import { report, task } from "./row-samples.ts";

const [where = "", most = "0"] = process.argv.slice(2);
const store = await (where.startsWith("postgres:") ? openPostgres(where) : openSqlite(where));
const places = newPlaces<AggregateRows>("report", (rows, of) => rows.reportCount(of));
for (;;) {
  const filled = await places.transaction(store, async (rows, taking) => {
    const room = await taking.room(task, Number(most), 1 + randomInt(20));
    // A replay fills none.
    const fresh = Math.max(0, room - randomInt(2));
    await rows.addReports(Array.from({ length: fresh }, () => report(0, { id: new Uint8Array(randomBytes(16)) })));
    taking.fill(task, fresh);
    return room === 0 ? undefined : fresh;
  });
  if (filled === undefined) break;
  writeSync(1, `${filled}\n`);
}
await store.close();
