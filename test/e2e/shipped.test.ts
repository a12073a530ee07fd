// The command as an operator runs it: `paceline serve`, from its configuration file to its exit code.
import { execFile } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import type { HelperFile } from "../../src/cli/serve/config.ts";
import { shippedCommand } from "../support/launch.ts";
import { newPair, type Pair, startPair } from "../support/processes.ts";
import { expectLedgersToHold, readDurable } from "./durable.ts";
import { ask, collect, newDevices, openRelease, someMembers, syncAll } from "./members.ts";

test("ask, sync, SIGTERM on the way, collect, release", async (context) => {
  const pair = await startPair(context, { shipped: true });
  const { task, rho } = await ask(pair);
  let answers = 0;
  let ended: ReturnType<Pair["stop"]> | undefined;
  const devices = await newDevices(pair, {
    members: someMembers(20),
    onAnswer: () => {
      answers += 1;
      if (answers === 6) ended = pair.stop("coordinator");
    },
  });
  await Promise.allSettled(devices.clients.map((client) => client.sync()));
  expect(await ended).toEqual({ code: 0, signal: null });
  await pair.start("coordinator");
  await syncAll(devices.clients);
  const bytes = await collect(pair, task);
  const release = openRelease(bytes);
  expect(release).toMatchObject({ task, draws: 2, privacy: { epsilon: 1, delta: 0, rho: Number(rho) / 1e9 } });
  expect(release.values).toHaveLength(8);
  expect(await collect(pair, task)).toBe(bytes);
  expect(readDurable(pair, "coordinator").batches).toEqual([{ task, count: 20 }]);
  expect(readDurable(pair, "helper").batches).toEqual([{ task, count: 20 }]);
  expectLedgersToHold(pair);
  const exits = await Promise.all([pair.stop("coordinator"), pair.stop("helper")]);
  expect(exits).toEqual([
    { code: 0, signal: null },
    { code: 0, signal: null },
  ]);
  for (const role of ["coordinator", "helper"]) expect(readFileSync(join(pair.folder, `${role}.log`), "utf8")).toBe("");
});

test("a leader that was killed with reports half verified goes on with them before anyone asks for anything", async (context) => {
  const pair = await startPair(context, { shipped: true });
  const { task } = await ask(pair);
  const { clients, members } = await newDevices(pair);
  expect(await pair.stop("helper", "SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  expect(await syncAll(clients)).toEqual({ sent: members.length });
  // Two jobs of five are taken; four reports are fewer than a job.
  const jobs = () => readDurable(pair, "coordinator").jobs;
  await expect.poll(jobs, { timeout: 20_000 }).toBeGreaterThan(0);
  expect(await pair.stop("coordinator", "SIGKILL")).toEqual({ code: null, signal: "SIGKILL" });
  expect(readDurable(pair, "helper").reports).toEqual({});
  await Promise.all([pair.start("helper"), pair.start("coordinator")]);
  const both = () =>
    ["coordinator" as const, "helper" as const].map((role) => readDurable(pair, role).reports.accepted);
  await expect.poll(both, { timeout: 20_000 }).toEqual([10, 10]);
  expect(openRelease(await collect(pair, task)).task).toBe(task);
  expect(readDurable(pair, "helper").batches).toEqual([{ task, count: members.length }]);
  expectLedgersToHold(pair);
});

interface Outcome {
  readonly code: number;
  readonly stderr: string;
}

function paceline(...args: string[]): Promise<Outcome> {
  return new Promise((resolve) =>
    execFile(process.execPath, [...shippedCommand, ...args], { timeout: 30_000 }, (error, _, stderr) =>
      resolve({ code: typeof error?.code === "number" ? error.code : error === null ? 0 : -1, stderr }),
    ),
  );
}

test("a configuration that is wrong, or not there, ends the command with a word about it", async (context) => {
  const pair = await newPair(context);
  const file = pair.configFile("helper");
  const config = JSON.parse(readFileSync(file, "utf8")) as HelperFile;
  const noFolder = `${file}.moved`;
  writeFileSync(file, JSON.stringify({ ...config, leaderToken: "short" }));
  const nowhere = { ...config, database: join(pair.folder, "nowhere", "helper.sqlite") };
  writeFileSync(noFolder, JSON.stringify(nowhere), { mode: 0o600 });
  const [wrong, unopened, missing, unnamed] = await Promise.all([
    paceline("serve", "helper", "--config", file),
    paceline("serve", "helper", "--config", noFolder),
    paceline("serve", "coordinator", "--config", `${file}.not`),
    paceline("serve", "coordinator"),
  ]);
  expect(wrong).toEqual({
    code: 65,
    stderr: expect.stringMatching(/helper\.json cannot be used:\n {2}leaderToken: .*\[invalid_data\]\n/),
  });
  expect(unopened).toEqual({ code: 65, stderr: expect.stringMatching(/nowhere.helper\.sqlite cannot be opened/) });
  expect(unopened.stderr).not.toMatch(/^\s+at /m);
  expect(missing).toEqual({
    code: 66,
    stderr: expect.stringMatching(/helper\.json\.not cannot be read \[not_found\]/),
  });
  expect(unnamed).toEqual({ code: 64, stderr: expect.stringMatching(/--config/) });
});
