// A process with so many sealed output shares of the main job in a file, which answers over HTTP. Told to, it collects them, and says
// when all is written but not committed, and when it is over.
import { join } from "node:path";
import { manifestOf, NOW } from "../../../bench/manifest.ts";
import { collectBatch } from "../../../src/aggregate/collect.ts";
import { elementsOf } from "../../../src/aggregate/elements.ts";
import { preparer } from "../../../src/aggregate/prepare.ts";
import { openTask } from "../../../src/aggregate/task.ts";
import { httpLimits, newApp } from "../../../src/http/app.ts";
import { listen } from "../../../src/http/listen.ts";
import { nodeCrypto, nodeEntropy, nodeWasm, openSealer } from "../../../src/platform/node/index.ts";
import { openDatabase } from "../../../src/storage/sqlite/index.ts";
import { encodeManifest } from "../../../src/task/manifest.ts";

/** What the process says, in this order. */
export type Says = { readonly port: number } | "written" | { readonly collected: number; readonly alike: number };

const TOGETHER = 200;
const [folder = "", count = "0"] = process.argv.slice(2);
const store = await openDatabase(join(folder, "service.sqlite"), () =>
  openSealer(join(folder, "keys.sealing"), "make"),
);
const manifest = await manifestOf({ leader: nodeCrypto.x25519Generate(), helper: nodeCrypto.x25519Generate() });
const row = { manifest: encodeManifest(manifest), verifyKey: nodeEntropy.bytes(32), closes: NOW + 3600 };
const task = await openTask(nodeCrypto, "helper", { ...row, id: new Uint8Array(32) });
const { id } = task.dap;
const field = elementsOf(manifest.vdaf);
const outputShare = field.encode(new Array<bigint>(manifest.map.columns).fill(1n));
await store.transaction((rows) => rows.addTask({ ...row, id }));
for (let stored = 0; stored < Number(count); stored += TOGETHER)
  await store.transaction((rows) =>
    rows.addReports(
      Array.from({ length: TOGETHER }, () => ({
        ...{ task: id, id: nodeEntropy.bytes(16), state: "accepted" as const },
        ...{ error: null, upload: null, outputShare },
      })),
    ),
  );
const app = newApp((line) => console.error(line));
const { port } = await listen(app, httpLimits, { hostname: "127.0.0.1", port: 0 });
const say = (what: Says) => process.send?.(what);
process.once("disconnect", () => process.exit());
process.once("message", async () => {
  const noise = (_: unknown, rows: number) => new Array<bigint>(rows).fill(0n);
  const summing = preparer({ crypto: nodeCrypto, wasm: nodeWasm });
  const steps = { agreed: () => undefined, written: () => say("written") };
  const batch = await collectBatch(nodeCrypto, store, task, { noise, summing }, steps);
  say({ collected: batch.count, alike: new Set(field.decode(batch.noisedShare)).size });
});
say({ port });
