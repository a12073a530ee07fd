// What a fitness app embeds: nothing is read or sent before the member consents.
// Run: node --conditions=paceline-source examples/embed.mjs PINNED.json STORE   (see README, "For app developers")
import { randomBytes } from "node:crypto";
import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { createClient } from "paceline/client";
import { nodeClock, nodeCrypto, nodeEntropy, nodeTransport, openDeviceStore } from "paceline/platform/node";

const [pinnedFile = "pinned.json", storeFile = "device.store"] = process.argv.slice(2);
const today = Math.floor(nodeClock.now() / 86_400_000);
const transport = nodeTransport();

// Stands for the member's account, which an app keeps in sync over the member's devices.
const accountFile = `${storeFile}.account`;
if (!existsSync(accountFile)) writeFileSync(accountFile, randomBytes(32).toString("base64url"), { mode: 0o600 });

const client = createClient({
  ...JSON.parse(readFileSync(pinnedFile, "utf8")), // addresses and keys of coordinator and helper ship with the app
  store: openDeviceStore(storeFile), // in a browser: await openDeviceStore("paceline") from paceline/client
  memberSecret: readFileSync(accountFile, "utf8"), // the member counts once, on however many devices
  days: () => Array.from({ length: 28 }, (_, i) => ({ day: today - i, values: { rhr: 58 + (i % 3), sleep: 431 } })),
  profile: () => ({ ageBand: "35-44" }),
  platform: { crypto: nodeCrypto, entropy: nodeEntropy, clock: nodeClock, transport }, // not needed in a browser
});

await client.consent.grant("service-improvement"); // when the member says yes
const results = await client.sync(); // takes part in what is open, within this device's own limits
console.log(JSON.stringify({ results, log: await client.log(), ledger: await client.ledger() }, null, 2));
transport.close();
