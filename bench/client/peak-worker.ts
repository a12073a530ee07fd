// A process of its own for memory: reads a table and prints the most that was on the heap and outside it, in megabytes, looked at
// whenever the next 64 kB were asked for. Arguments: whose importer, the file, how many rows it has.
import { closeSync, openSync, readSync } from "node:fs";
import { type Importer, readAll } from "./read.ts";

const [who, path, rows] = process.argv.slice(2);
let peak = 0;
function* pieces(): Generator<Uint8Array> {
  const file = openSync(path as string, "r");
  try {
    for (;;) {
      const piece = Buffer.allocUnsafeSlow(65_536);
      const read = readSync(file, piece);
      if (read === 0) return;
      const { heapUsed, external } = process.memoryUsage();
      peak = Math.max(peak, heapUsed + external);
      yield piece.subarray(0, read);
    }
  } finally {
    closeSync(file);
  }
}
await readAll(who as Importer, { rows: Number(rows), pieces });
process.stdout.write(`${peak / 1e6}\n`);
