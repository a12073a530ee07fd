// A process that has so many output shares, sealed, in a file, reads all of them and forgets them, as a collection does. It says how
// much more memory it had then than before, in MiB.
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeEntropy, openSealer } from "../../../src/platform/node/index.ts";
import { openDatabase } from "../../../src/storage/sqlite/index.ts";
import { bytes, task } from "../../storage/row-samples.ts";

/** Of the main job. */
const SHARE_BYTES = 1440;
const TOGETHER = 200;

const [folder = "", count = "0"] = process.argv.slice(2);
const path = join(folder, "service.sqlite");
const store = await openDatabase(path, () => openSealer(join(folder, "keys.sealing"), "make"));
await store.transaction((rows) =>
  rows.addTask({ id: task, manifest: bytes(5, 5), verifyKey: bytes(32, 6), closes: 100 }),
);
const outputShare = nodeEntropy.bytes(SHARE_BYTES);
for (let stored = 0; stored < Number(count); stored += TOGETHER)
  await store.transaction((rows) =>
    rows.addReports(
      Array.from({ length: TOGETHER }, () => ({
        ...{ task, id: nodeEntropy.bytes(16), state: "accepted" as const },
        ...{ error: null, upload: null, outputShare },
      })),
    ),
  );
globalThis.gc?.();
// proc(5): from here on the most that there is.
writeFileSync("/proc/self/clear_refs", "5");
const before = mib("VmRSS");
let read = 0;
await store.transaction(async (rows) => {
  for await (const page of rows.outputShares(task, TOGETHER)) read += page.length;
  await rows.forgetShares(task);
});
await store.scrub();
const grown = mib("VmHWM") - before;
await store.close();
rmSync(path);
process.stdout.write(`${JSON.stringify({ read, grown })}\n`);

function mib(what: string): number {
  return Number(new RegExp(`${what}:\\s+(\\d+) kB`).exec(readFileSync("/proc/self/status", "utf8"))?.[1]) / 1024;
}
