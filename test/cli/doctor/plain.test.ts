// paceline doctor --config of a plain DAP aggregator: a pair that runs is well; each thing that is wrong with one is named, and nothing else.
import { chmodSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type TestContext, test } from "vitest";
import { preparer } from "../../../src/aggregate/prepare.ts";
import { toBase64Url } from "../../../src/base/bytes.ts";
import type { Finding } from "../../../src/cli/doctor/finding.ts";
import { plainFindings } from "../../../src/cli/doctor/plain.ts";
import { markPath } from "../../../src/cli/serve/config.ts";
import { publicKeys } from "../../../src/cli/serve/keys.ts";
import { listening } from "../../../src/cli/serve/listening.ts";
import { openPlainDatabase } from "../../../src/cli/serve/plain.ts";
import { plainTaskOf, readPlainConfig } from "../../../src/cli/serve/plain-config.ts";
import { servePlain } from "../../../src/plain/index.ts";
import {
  nodeClock,
  nodeCrypto,
  nodeEntropy,
  nodeTransport,
  nodeWasm,
  openKeyring,
  openMarkFile,
} from "../../../src/platform/node/index.ts";
import { HpkeConfig, HpkeConfigList, hpkeConfigOf } from "../../../src/protocol/dap/hpke-config.ts";
import { collectorKey, newPair } from "../../support/plain-pair.ts";
import { example, exampleTask } from "../../support/plain-process.ts";
import { freePort } from "../../support/processes.ts";
import { inProcess } from "../spawned.ts";

type Config = Record<string, unknown> & { readonly tasks: readonly Record<string, unknown>[] };

/** What follows from the state of the machine that runs the tests. */
const ofTheMachine = ({ what }: Finding) => what === "room on the disk" || what.startsWith("clock of ");

/** As the command has it, without what it says of the machine each time. */
async function examined(config: string) {
  const findings = (await plainFindings(config, 60_000)).filter((one) => !ofTheMachine(one));
  const bad = findings.filter(({ state }) => state === "wrong" || state === "missing");
  return { findings, bad, about: (what: string) => findings.find((one) => one.what === what) };
}

async function commanded(config: string) {
  const { code, out } = await inProcess(["doctor", "--config", config, "--json"]);
  return { code, findings: code === 0 || code === 78 ? (JSON.parse(out).findings as readonly Finding[]) : [] };
}

function newFolder({ onTestFinished }: Pick<TestContext, "onTestFinished">) {
  const folder = mkdtempSync(join(tmpdir(), "paceline-doctor-dap-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = (name: string, content: object): string => {
    writeFileSync(join(folder, name), JSON.stringify(content), { mode: 0o600 });
    return join(folder, name);
  };
  return { folder, file };
}

const taskOf = (leaderUrl: string, helperUrl: string) => ({
  ...exampleTask,
  id: toBase64Url(nodeEntropy.bytes(32)),
  leaderUrl,
  helperUrl,
  collector: toBase64Url(HpkeConfig.encode(hpkeConfigOf(collectorKey.id, collectorKey.pair.public))),
});

/** As the command composes it, in this process. */
async function serve(path: string): Promise<{ stop(): Promise<void> }> {
  const config = readPlainConfig(path);
  const store = await openPlainDatabase(config);
  const transport = nodeTransport();
  const running = await servePlain({
    store,
    mark: openMarkFile(markPath(config)),
    crypto: nodeCrypto,
    entropy: nodeEntropy,
    clock: nodeClock,
    transport,
    preparer: preparer({ crypto: nodeCrypto, wasm: nodeWasm }),
    hpke: [openKeyring(config.keys).hpke],
    tasks: config.tasks.map(plainTaskOf),
    log: () => undefined,
    ...listening(config.listen),
  });
  return {
    stop: async () => {
      await running.stop(0);
      transport.close();
      await store.close();
    },
  };
}

test("a plain pair that runs is well, and every fault is named by itself", async (context) => {
  const { folder, file } = newFolder(context);
  const ports = { leader: await freePort(), helper: await freePort() };
  const task = taskOf(`http://127.0.0.1:${ports.leader}`, `http://127.0.0.1:${ports.helper}`);
  const configOf = (role: "leader" | "helper"): Config => ({
    ...example,
    database: join(folder, `${role}.db`),
    keys: join(folder, `${role}.keys`),
    listen: { port: ports[role] },
    tasks: [{ ...task, role }],
  });
  const [leader, helper] = [file("leader.json", configOf("leader")), file("helper.json", configOf("helper"))];

  // Nothing runs yet: what the first start makes is not asked for.
  const before = await examined(leader);
  expect(before.bad.map(({ what }) => what)).toEqual(["this leader", "the helper"]);
  expect(before.about("database")).toMatchObject({ state: "optional" });

  const running = { leader: await serve(leader), helper: await serve(helper) };
  for (const config of [leader, helper]) {
    const { bad, findings } = await examined(config);
    expect(bad).toEqual([]);
    expect(findings.filter(({ state }) => state === "warning")).toEqual([]);
  }
  const whole = await commanded(leader);
  expect([whole.code, whole.findings.map(({ what }) => what)]).toEqual([0, expect.arrayContaining(["tasks", "Node"])]);
  expect((await examined(leader)).about("agreement of both")?.detail).toContain("has 1 of 1");
  expect((await examined(leader)).about("tasks")?.detail).toContain("no noise");
  const about = async (change: (config: Config) => object, role: "leader" | "helper" = "leader") => {
    const config = configOf(role);
    const { bad } = await examined(file("changed.json", { ...config, ...change(config) }));
    for (const { detail } of bad) for (const secret of ["known-to", "another-"]) expect(detail).not.toContain(secret);
    return bad.map(({ what, detail }) => `${what}: ${detail}`);
  };
  const withTask = (change: object) => (config: Config) => ({
    tasks: config.tasks.map((one) => ({ ...one, ...change })),
  });
  const token = "another-token-of-length";
  expect(await about(withTask({ aggregators: { token } }))).toEqual([
    expect.stringMatching(/^agreement of both: the helper at .* does not take/),
  ]);
  expect(await about(withTask({ collects: { token } }))).toEqual([
    expect.stringMatching(/^tasks of this leader: the running service does not take/),
  ]);
  expect(await about(withTask({ aggregators: { token } }), "helper")).toEqual([
    expect.stringMatching(/^tasks of this helper: the running service does not take/),
  ]);
  const id = toBase64Url(nodeEntropy.bytes(32));
  expect(await about((config) => ({ tasks: [...config.tasks, { ...task, role: "leader", id }] }))).toEqual([
    expect.stringContaining(`tasks of this leader: the running service has no task ${id}`),
    expect.stringMatching(new RegExp(`^agreement of both: the helper at .* has no task ${id}`)),
  ]);
  expect(await about((config) => ({ tasks: [...config.tasks, ...config.tasks] }))).toEqual([
    expect.stringContaining("is there twice"),
  ]);
  const other = join(folder, "other.keys");
  publicKeys(other);
  const sealing = join(folder, "leader.keys.sealing");
  expect(await about(() => ({ keys: other, sealing }))).toEqual([
    expect.stringMatching(/^keys of this leader: .*other keys/),
  ]);
  // One key file for two: it may be by chance that two have one number, and this is none.
  const keys = join(folder, "leader.keys");
  expect(await about(() => ({ oldKeys: [keys] }))).toEqual([expect.stringMatching(/^key files: .*one number/)]);

  const mark = join(folder, "leader.db.mark");
  renameSync(mark, `${mark}.kept`);
  expect((await examined(leader)).bad).toMatchObject([{ what: "mark of what was collected" }]);
  renameSync(`${mark}.kept`, mark);
  if (process.platform !== "win32") {
    chmodSync(sealing, 0o644);
    expect((await examined(leader)).bad).toMatchObject([
      { what: "sealing keys", detail: expect.stringContaining("chmod 600") },
    ]);
    chmodSync(sealing, 0o600);
  }
  const text = readFileSync(leader, "utf8");
  const broken = await commanded(file("broken.json", { ...JSON.parse(text), sumsCarryNoNoise: false }));
  expect(broken.code).toBe(65);

  await running.helper.stop();
  expect((await examined(leader)).bad.map(({ what }) => what)).toEqual(["the helper"]);
  expect((await commanded(leader)).code).toBe(78);
  await running.leader.stop();
}, 120_000);

test("whoever answers in the place of a service is shown none of its tokens", async (context) => {
  const { folder, file } = newFolder(context);
  const asked: IncomingMessage[] = [];
  let said = "";
  const others = HpkeConfigList.encode([hpkeConfigOf(3, newPair().public)]);
  const stranger = createServer((request, response) => {
    asked.push(request);
    const answers = { "/health": said, "/hpke_config": others } as Readonly<Record<string, string | Uint8Array>>;
    const answer = answers[request.url ?? ""];
    response.writeHead(answer === undefined ? 404 : 200).end(answer);
  });
  await new Promise<void>((done) => stranger.listen(0, "127.0.0.1", done));
  context.onTestFinished(() => void stranger.close());
  const url = `http://127.0.0.1:${(stranger.address() as AddressInfo).port}`;
  const nobody = "http://127.0.0.1:1";
  const keys = join(folder, "own.keys");
  publicKeys(keys);
  const well = JSON.stringify({ ok: true });
  for (const role of ["leader", "helper"] as const)
    for (said of [well, JSON.stringify({ hello: 1 }), "null", "<html>"]) {
      const task = { ...(role === "leader" ? taskOf(url, nobody) : taskOf(nobody, url)), role };
      asked.length = 0;
      const { bad, about } = await examined(
        file("own.json", { ...example, database: join(folder, "own.db"), keys, listen: { port: 1 }, tasks: [task] }),
      );
      expect(bad.map(({ what }) => what)).toContain(said === well ? `keys of this ${role}` : `this ${role}`);
      if (said === well) expect(about(`tasks of this ${role}`)?.detail).toContain("not asked");
      expect(asked.map(({ url }) => url)).toContain("/health");
      expect(asked.flatMap(({ headers }) => headers.authorization ?? [])).toEqual([]);
    }
});
