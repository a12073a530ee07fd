// Members' phones, each with a client and a store of its own, taking part in trainings until this program is stopped.
// Run: npx node examples/retention-helper/members.mjs PINNED.json [MEMBERS]
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "paceline/client";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, nodeWasm } from "paceline/platform/node";
import { memoryDeviceStore } from "paceline/platform/web";
import { people } from "./people.mjs";

const AGAIN_MS = 1000;
const [pinnedFile = "pinned.json", members = "500"] = process.argv.slice(2);
const pinned = JSON.parse(readFileSync(pinnedFile, "utf8"));
const transport = nodeTransport();

const clients = people(Number(members)).map(({ days }) =>
  createClient({
    ...pinned,
    store: memoryDeviceStore(),
    days: () => days,
    schedule: "at-once", // so that nobody waits here: an app leaves this out
    platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport, wasm: nodeWasm },
  }),
);
for (const client of clients) await client.consent.grant("model-training");
console.log(`${clients.length} members take part in trainings; stop them with Ctrl-C`);

for (;;) {
  let sent = 0;
  for (const client of clients)
    try {
      for (const result of await client.sync()) {
        if (result.outcome === "sent") sent += 1;
        if (result.outcome === "refused") console.log(`a device refuses a round: ${result.code}: ${result.why}`);
      }
    } catch (error) {
      // As a phone without network: it tries again later.
      console.log(error instanceof Error ? error.message : String(error));
      break;
    }
  if (sent > 0) console.log(`${sent} reports sent`);
  await pause(AGAIN_MS);
}
