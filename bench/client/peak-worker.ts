// A process of its own for memory: reads a table and prints the most that was on the heap and outside it, in megabytes, looked at
// whenever 64 kB were asked for. Arguments: whose importer, how many megabytes.
import { tableOf } from "./given.ts";
import { type Importer, readAll } from "./read.ts";

const [who, blocks] = process.argv.slice(2);
const given = tableOf(Number(blocks), false);
let peak = 0;
function* watched(): Generator<Uint8Array> {
  for (const piece of given.pieces()) {
    const { heapUsed, external } = process.memoryUsage();
    peak = Math.max(peak, heapUsed + external);
    yield piece;
  }
}
await readAll(who as Importer, { rows: given.rows, pieces: watched });
process.stdout.write(`${peak / 1e6}\n`);
