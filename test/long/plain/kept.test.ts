// `paceline serve dap` as processes on each database: backed up while it runs, and restored.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { toBase64Url } from "../../../src/base/bytes.ts";
import { plainTaskOf, readPlainConfig } from "../../../src/cli/serve/plain-config.ts";
import { nodeEntropy, nodeTransport } from "../../../src/platform/node/index.ts";
import { HpkeConfig, hpkeConfigOf } from "../../../src/protocol/dap/hpke-config.ts";
import { newDapClient } from "../../support/dap-parties.ts";
import { shippedCommand } from "../../support/launch.ts";
import { collectorKey } from "../../support/plain-pair.ts";
import { example, exampleTask, serve } from "../../support/plain-process.ts";
import { noPostgres, startPostgres } from "../../support/postgres.ts";
import { freePort } from "../../support/processes.ts";

const folder = mkdtempSync(join(tmpdir(), "paceline-kept-dap-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: unknown): string {
  const path = join(folder, name);
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}

describe.each(["SQLite", "PostgreSQL"])("kept on %s", (engine) => {
  test.skipIf(engine === "PostgreSQL" && noPostgres !== undefined)(
    "its numbers are told, its database is sealed, and a backup gives back what was acknowledged and nothing twice",
    async () => {
      const server = engine === "PostgreSQL" ? await startPostgres() : undefined;
      await server?.create("plain");
      await server?.create("restored");
      const own = join(folder, engine);
      mkdirSync(own);
      const port = await freePort();
      const shared = {
        ...exampleTask,
        id: toBase64Url(nodeEntropy.bytes(32)),
        leaderUrl: `http://127.0.0.1:${port}`,
        minBatchSize: 3,
        vdaf: { type: "Prio3Count" },
        collector: toBase64Url(HpkeConfig.encode(hpkeConfigOf(collectorKey.id, collectorKey.pair.public))),
        helperUrl: "http://127.0.0.1:9",
      };
      const configOf = (name: string, database: string) =>
        file(`${engine}-${name}.json`, {
          ...example,
          database,
          mark: join(own, "mark"),
          keys: join(own, "keys"),
          listen: { port },
          metrics: { port: 0 },
          tasks: [shared],
        });
      const config = configOf("first", server?.url("plain") ?? join(own, "plain.db"));
      const restored = configOf("restored", server?.url("restored") ?? join(own, "restored.db"));
      const running = await serve(config);
      const transport = nodeTransport();
      const agreed = plainTaskOf(readPlainConfig(config).tasks[0] as never);
      const hour = BigInt(Math.floor(Date.now() / 3_600_000));
      // The helper is nobody, so this is all of its life that there is: its keys are the leader's, to have some.
      const client = await newDapClient(
        { send: (request) => transport.send({ ...request, url: request.url.replace(":9/", `:${port}/`) }) },
        agreed,
      );
      const reports = await Promise.all([1, 0, 1].map((one) => client.report(one, hour)));
      expect(await client.upload(...reports)).toEqual(new Map());
      const told = await (await fetch(`http://127.0.0.1:${running.metrics}/metrics`)).text();
      expect(told).toContain('paceline_reports_total{stage="upload",outcome="accepted"} 3');
      expect(told).toMatch(/paceline_plain_tasks\{role="leader"\} 1\n/);
      expect(told).toMatch(/paceline_jobs_parked 0\n/);
      const backup = join(own, "backup");
      const run = (...words: string[]) =>
        spawnSync(process.execPath, [...shippedCommand, ...words, "--json"], { encoding: "utf8" });
      const made = run("backup", "dap", "--config", config, "--out", backup);
      expect([made.status, made.stderr]).toEqual([0, ""]);
      expect(await running.stop()).toBe(0);
      expect(run("restore", "helper", "--config", restored, "--from", backup).status).not.toBe(0);
      renameSync(join(own, "mark"), join(own, "kept"));
      expect(run("restore", "dap", "--config", restored, "--from", backup).stderr).toContain("the mark");
      renameSync(join(own, "kept"), join(own, "mark"));
      expect(JSON.parse(run("restore", "dap", "--config", restored, "--from", backup).stdout)).toMatchObject({
        role: "dap",
        dropped: false,
      });
      const again = await serve(restored);
      expect([...(await client.upload(...reports)).values()]).toEqual(Array(3).fill("report_replayed"));
      expect(await again.stop()).toBe(0);
      const rotated = run("rotate", "dap", "--config", restored);
      expect(JSON.parse(rotated.stdout)).toMatchObject({ keys: 2 });
      transport.close();
      await server?.stop();
    },
  );
});
