// Clients that race for one budget: each debits tasks of its own until nothing is left, and writes down what was
// acknowledged. On PostgreSQL every process has the database open; on SQLite one has, and the others ask it over HTTP.
import { randomBytes } from "node:crypto";
import { writeSync } from "node:fs";
import { isPacelineError } from "../../src/base/errors.ts";
import { openDatabase } from "../../src/storage/postgres/index.ts";
import { debitOne } from "./race.ts";

const [where = "", clients = "1"] = process.argv.slice(2);
const store = where.startsWith("http") ? undefined : await openDatabase(where);

async function taken(task: Uint8Array): Promise<boolean> {
  if (store !== undefined) return await debitOne(store, task);
  const answer = await fetch(where, { method: "POST", body: task.slice() });
  return (await answer.text()) === "yes";
}

async function race(): Promise<void> {
  for (;;) {
    const task = new Uint8Array(randomBytes(32));
    try {
      if (!(await taken(task))) return;
      writeSync(1, `${Buffer.from(task).toString("hex")}\n`);
    } catch (error) {
      // A server that restarts: asked again with another task, as who does not know what became of the first.
      if (!isPacelineError(error) || error.code !== "unavailable") throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}

await Promise.all(Array.from({ length: Number(clients) }, race));
await store?.close();
