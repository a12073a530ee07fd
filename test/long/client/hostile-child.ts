// A device in a process of its own, before a hostile coordinator: what one sync costs it. Started by hostile.test.ts, which says on
// standard input when the coordinator has become what it is.
import { createClient } from "../../../src/client/index.ts";
import { memoryDeviceStore } from "../../../src/platform/device-memory.ts";
import { nobleCrypto } from "../../../src/platform/noble/crypto.ts";
import { nodeEntropy } from "../../../src/platform/node/index.ts";
import { portableCrypto, webTransport } from "../../../src/platform/web/index.ts";
import { nowSeconds, steadyMember } from "../../support/questions.ts";

const [url = "", registerKey = "", signingKey = "", engine = "web"] = process.argv.slice(2);
const { days } = steadyMember(62);
const client = createClient({
  coordinator: { url, registerKey },
  helper: { url: "https://helper.test", signingKey },
  store: memoryDeviceStore(),
  days: () => days,
  profile: () => ({}),
  schedule: "at-once",
  limits: { minBatchFloor: 5, rhoPerTask: 1, rhoPerEpoch: 1000, rhoPerYear: 1000 },
  platform: {
    clock: { now: () => nowSeconds * 1000 },
    crypto: engine === "noble" ? nobleCrypto(nodeEntropy) : portableCrypto,
    transport: webTransport({ timeoutMs: 2000 }),
  },
});
await client.consent.grant("service-improvement");

async function sync(): Promise<string> {
  try {
    return `${(await client.sync()).length} results`;
  } catch (error) {
    return (error as { code?: string }).code ?? `${error}`;
  }
}
/** Everything is loaded and compiled by a sync that sends a report. */
await sync();
await sync();
globalThis.gc?.();
process.stdout.write("ready\n");
await new Promise((resolve) => process.stdin.once("data", resolve));

const before = { cpu: process.cpuUsage(), rss: process.memoryUsage().rss };
const ended = await sync();
const { user, system } = process.cpuUsage(before.cpu);
const grown = process.resourceUsage().maxRSS * 1024 - before.rss;
process.stdout.write(
  `${JSON.stringify({ ended, cpuMs: Math.round((user + system) / 1000), megabytes: grown / 2 ** 20 })}\n`,
);
process.exit(0);
