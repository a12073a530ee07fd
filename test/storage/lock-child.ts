// Opens a database, says so, and keeps it until it is killed.
import { openDatabase } from "../../src/storage/sqlite/index.ts";

try {
  await openDatabase(process.argv[2] ?? "");
  process.stdout.write("open\n");
  setInterval(() => undefined, 1000);
} catch (error) {
  process.stdout.write(`${(error as { code?: string }).code}\n`);
}
