// Members' phones, for trying a pair of services: each with a client and a store of its own, answering what is asked until this
// program is stopped. The members are made up; a real app has one client, its member's days, and a durable store.
// Run: npx node examples/two-organisations/members.mjs PINNED.json [MEMBERS]
import { readFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import { createClient } from "paceline/client";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, nodeWasm } from "paceline/platform/node";
import { memoryDeviceStore } from "paceline/platform/web";
import { population } from "paceline/simulate";

const AGAIN_MS = 2000;
const [pinnedFile = "pinned.json", members = "60"] = process.argv.slice(2);
const pinned = JSON.parse(readFileSync(pinnedFile, "utf8"));
const today = Math.floor(nodeClock.now() / 86_400_000);
const transport = nodeTransport();

const clients = population({ seed: "two organisations", lastDay: today, members: Number(members), weeks: 8 }).map(
  ({ days, profile }, i) =>
    createClient({
      ...pinned,
      // Who a member is, for whoever says who is in a masked round: an app sends its session's token.
      ...(pinned.registrar && {
        registrar: { ...pinned.registrar, headers: () => ({ authorization: `Bearer member-${i + 1}` }) },
      }),
      store: memoryDeviceStore(),
      days: () => days,
      profile: () => profile,
      schedule: "at-once", // so that nobody waits here: an app leaves this out
      platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport, wasm: nodeWasm },
    }),
);
// Without a helper there are trainings, and nothing else.
const purpose = pinned.helper ? "service-improvement" : "model-training";
for (const client of clients) await client.consent.grant(purpose);
console.log(`${clients.length} members take part; stop them with Ctrl-C`);

for (;;) {
  let sent = 0;
  for (const client of clients)
    try {
      for (const result of await client.sync()) {
        if (result.outcome === "sent") sent += 1;
        if (result.outcome === "refused" || result.outcome === "rejected")
          console.log(`a device takes no part: ${result.why}`);
      }
    } catch (error) {
      // As a phone without network: it tries again later.
      console.log(error instanceof Error ? error.message : String(error));
      break;
    }
  if (sent > 0) console.log(`${sent} reports sent`);
  await pause(AGAIN_MS);
}
