// `paceline serve dap`: its configuration, and the command itself as a pair of processes that know each other's addresses alone.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { plainTaskOf, readPlainConfig } from "../../../src/cli/serve/plain-config.ts";
import { nodeEntropy, nodeTransport } from "../../../src/platform/node/index.ts";
import { HpkeConfig, hpkeConfigOf } from "../../../src/protocol/dap/hpke-config.ts";
import { top } from "../../house/files.ts";
import { newDapClient, newDapCollector } from "../../support/dap-parties.ts";
import { collectorKey } from "../../support/plain-pair.ts";
import { example, exampleTask, serve } from "../../support/plain-process.ts";
import { freePort } from "../../support/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-serve-dap-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}

test("the example of docs/dap.md is taken, and the page names every field", () => {
  const config = readPlainConfig(file("example.json", example));
  expect(plainTaskOf(config.tasks[0] as never)).toMatchObject({
    role: "leader",
    configuration: { minBatchSize: 100n, vdaf: { type: "Prio3Histogram", length: 10, chunkLength: 3 } },
  });
  const page = readFileSync(`${top}docs/dap.md`, "utf8");
  for (const field of [...Object.keys(config), ...Object.keys(config.tasks[0] ?? {})]) expect(page).toContain(field);
});

describe("a configuration is refused", () => {
  const changed = (change: object, task: object = {}) => ({
    ...example,
    ...change,
    tasks: [{ ...exampleTask, ...task }],
  });
  test.each<[string, object, string]>([
    ["that does not say that sums carry no noise", changed({ sumsCarryNoNoise: undefined }), "sumsCarryNoNoise"],
    ["that says they do", changed({ sumsCarryNoNoise: false }), "sumsCarryNoNoise"],
    ["whose leader knows no collector", changed({}, { collects: undefined }), "tasks.0.collects"],
    ["with a short task id", changed({}, { id: "AAAA" }), "of 32 bytes"],
    ["with an unknown version", changed({}, { version: "dap-17" }), "version"],
    ["with a plain address beyond this machine", changed({}, { helperUrl: "http://helper.example" }), "https"],
    ["with a minimum batch of none", changed({}, { minBatchSize: 0 }), "minBatchSize"],
    ["with a policy, as a helper's", changed({ policy: {} }), "policy"],
    ["with a weak token", changed({}, { aggregators: { token: "short" } }), "aggregators"],
  ])("%s", (_, content, why) => {
    expect(() => readPlainConfig(file("wrong.json", content))).toThrow(why);
  });
});

test("two processes serve a task, stop when they are told to, and go on where they were", async () => {
  const ports = { leader: await freePort(), helper: await freePort() };
  const shared = {
    ...exampleTask,
    id: toBase64Url(nodeEntropy.bytes(32)),
    leaderUrl: `http://127.0.0.1:${ports.leader}`,
    helperUrl: `http://127.0.0.1:${ports.helper}`,
    minBatchSize: 3,
    vdaf: { type: "Prio3Sum", maxMeasurement: "9007199254740992" },
    verificationKeys: [{ id: 0, key: toBase64Url(nodeEntropy.bytes(32)) }],
    collector: toBase64Url(HpkeConfig.encode(hpkeConfigOf(collectorKey.id, collectorKey.pair.public))),
  };
  const configs = (["leader", "helper"] as const).map((role) => {
    const own = {
      database: join(folder, `${role}.db`),
      keys: join(folder, `${role}.keys`),
      listen: { port: ports[role] },
    };
    return file(`${role}.json`, { ...example, ...own, tasks: [{ ...shared, role }] });
  });
  const agreed = plainTaskOf(readPlainConfig(configs[0] as string).tasks[0] as never);
  const transport = nodeTransport();
  let running = await Promise.all(configs.map(serve));
  const client = await newDapClient(transport, agreed);
  const hour = BigInt(Math.floor(Date.now() / 3_600_000));
  expect(await client.upload(...(await Promise.all([2n ** 53n, 5, 6].map((one) => client.report(one, hour)))))).toEqual(
    new Map(),
  );
  const collector = newDapCollector(transport, agreed, collectorKey, {
    authorization: "Bearer known-to-leader-and-collector",
  });
  const query = { mode: "time-interval", interval: { start: hour, duration: 1n } } as const;
  const place = await collector.start(query);
  expect(await Promise.all(running.map((one) => one.stop()))).toEqual([0, 0]);
  running = await Promise.all(configs.map(serve));
  let found = await collector.poll(place);
  for (let i = 0; found === undefined && i < 300; i++) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    found = await collector.poll(place);
  }
  expect([found?.count, found?.result]).toEqual([3n, 2n ** 53n + 11n]);
  expect(await Promise.all(running.map((one) => one.stop()))).toEqual([0, 0]);
  transport.close();
  // The task under its id with another minimum is no task of this database.
  const other = file("other.json", {
    ...JSON.parse(readFileSync(configs[0] as string, "utf8")),
    tasks: [{ ...shared, role: "leader", minBatchSize: 2 }],
  });
  await expect(serve(other)).rejects.toThrow("was another here before");
}, 240_000);
