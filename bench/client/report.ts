// What taking part costs: what a page downloads, and the CPU of one report from sync() to the last byte sent.
import { bundle, bundleOf } from "../../scripts/bundle.mjs";
import { toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { createClient } from "../../src/client/index.ts";
import { memoryDeviceStore } from "../../src/platform/device-memory.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import type { Transport } from "../../src/ports/transport.ts";
import { sealEnvelope, signManifest } from "../../src/task/envelope.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import type { Row } from "../harness.ts";
import { manifestOf } from "../manifest.ts";

const DAY = 86_400;
/** Syncs that are timed, each of a device of its own, after as many that are not. */
const SYNCS = 40;

const row = (name: string, value: number, unit: string): Row => ({ name, value, unit, status: "measured" });

export async function reportRows(): Promise<Row[]> {
  const root = process.cwd();
  const kilo = (bytes: number) => bytes / 1000;
  const first = await bundle(root, "src/client/index.ts", { minify: true });
  const whole = await bundleOf(root, ["src/client/index.ts", "src/client/taking-part.ts"]);
  const report = await bundle(root, "src/client/report.ts", { minify: true });
  return [
    row("client: a page's first download", kilo(first.weight.gzipped), "kB gzip"),
    row("client: through its first report", kilo(whole.weight.gzipped), "kB gzip"),
    row("report alone", kilo(report.weight.gzipped), "kB gzip"),
    row("report from sync(), 100 cells", await syncCpu(), "ms CPU"),
  ];
}

/** Milliseconds of this process for one sync that reads a register, checks a task, and makes and sends its report: the median. */
async function syncCpu(): Promise<number> {
  const [register, helper] = [nodeCrypto.ed25519Generate(), nodeCrypto.ed25519Generate()];
  const pairs = { leader: nodeCrypto.x25519Generate(), helper: nodeCrypto.x25519Generate() };
  const base = await manifestOf(pairs);
  const opens = (base.window.end + 1) * DAY;
  const { leader, helper: other } = base.aggregators;
  const urls = { leader: "https://leader.bench.test", helper: "https://helper.bench.test" };
  const aggregators = { leader: { ...leader, url: urls.leader }, helper: { ...other, url: urls.helper } };
  const manifest = encodeManifest({ ...base, aggregators, upload: { opens, closes: opens + 7 * DAY } });
  const sign = (role: "register" | "helper", { secret }: { readonly secret: Uint8Array }, publicKey: Uint8Array) =>
    signManifest({ publicKey, sign: (message) => nodeCrypto.ed25519Sign(secret, message) }, role, manifest);
  const envelope = sealEnvelope(
    manifest,
    await sign("register", register, register.public),
    await sign("helper", helper, helper.public),
  );
  const page = utf8(JSON.stringify({ tasks: [envelope], next: "" }));
  let uploads = 0;
  const transport: Transport = {
    async send({ method }) {
      if (method === "POST") uploads++;
      return { status: 200, headers: {}, body: method === "GET" ? page : new Uint8Array(0) };
    },
  };
  const days = Array.from({ length: 28 }, (_, i) => ({ day: base.window.start + i, values: { rhr: 60 + (i % 5) } }));
  const times: number[] = [];
  for (let i = 0; i < 2 * SYNCS; i++) {
    const client = createClient({
      coordinator: { url: urls.leader, registerKey: toBase64Url(register.public) },
      helper: { url: urls.helper, signingKey: toBase64Url(helper.public) },
      store: memoryDeviceStore(),
      schedule: "at-once",
      memberSecret: new Uint8Array(32).fill(7),
      limits: { rhoPerTask: 1, rhoPerEpoch: 3, rhoPerYear: 12 },
      platform: { crypto: nodeCrypto, entropy: nodeEntropy, transport, clock: { now: () => (opens + 60) * 1000 } },
    });
    await client.record(days);
    await client.setProfile({ ageBand: "35-44" });
    await client.consent.grant("research");
    const before = process.cpuUsage();
    await client.sync();
    const { user, system } = process.cpuUsage(before);
    if (i >= SYNCS) times.push((user + system) / 1000);
  }
  if (uploads !== 2 * SYNCS) throw new Error(`${uploads} reports were sent, ${2 * SYNCS} were due`);
  return times.sort((a, b) => a - b)[Math.floor(SYNCS / 2)] as number;
}
