// `paceline task` against running services: approve, restart, close, collect.
import { execFile } from "node:child_process";
import { expect, test } from "vitest";
import type { OperatorTask } from "../../src/api/operator.ts";
import { shippedCommand } from "../support/launch.ts";
import { startPair } from "../support/processes.ts";
import { ask, collect, newDevices, openRelease, someMembers, syncAll, truthOf } from "./members.ts";

function paceline(...args: string[]): Promise<{ readonly code: number; readonly out: string }> {
  return new Promise((resolve) =>
    execFile(process.execPath, [...shippedCommand, ...args], { timeout: 60_000 }, (error, out, said) =>
      resolve({ code: typeof error?.code === "number" ? error.code : 0, out: out + said }),
    ),
  );
}

const operator = (role: string) => ({ operatorToken: `operator-of-the-${role}` });

test("a question is approved over restarts, closed while it runs, and collected", async (context) => {
  const helperPolicy = {
    ...{ purposes: ["service-improvement"], metrics: ["rhr", "sleep"], training: false, approval: "manual" },
    ...{ rhoPerTask: "1", rhoPerEpoch: "3", rhoPerYear: "12", minBatchFloor: 5, windowAgeDaysMax: 36_500 },
  };
  const pair = await startPair(context, {
    coordinator: operator("coordinator"),
    helper: { ...operator("helper"), policy: helperPolicy } as never,
  });
  const [helper, coordinator] = [pair.configFile("helper"), pair.configFile("coordinator")];
  await expect(ask(pair)).rejects.toMatchObject({ code: "conflict" });
  const listed = await paceline("task", "list", "helper", "--config", helper, "--json");
  const [waiting] = (JSON.parse(listed.out) as { tasks: OperatorTask[] }).tasks;
  expect(waiting).toMatchObject({ state: "waiting", metrics: ["rhr"], minCohort: 5 });
  // The beginning of an id will do, and what it asks is said in words.
  const approved = await paceline("task", "approve", "helper", waiting?.id.slice(0, 8) ?? "", "--config", helper);
  expect(approved).toEqual({ code: 0, out: expect.stringMatching(/reads +rhr[\s\S]*ε = [\s\S]*Approved/) });
  await pair.stop("helper", "SIGKILL");
  await pair.start("helper");
  await pair.stop("coordinator", "SIGKILL");
  await pair.start("coordinator");
  const { task } = await ask(pair);
  const devices = await newDevices(pair, { members: someMembers(9) });
  await syncAll(devices.clients);
  const closed = await paceline("task", "close", "coordinator", task.slice(0, 8), "--config", coordinator, "--json");
  expect(JSON.parse(closed.out)).toMatchObject({ task, closes: expect.any(Number) });
  const late = await newDevices(pair, { members: someMembers(9) });
  expect(await syncAll(late.clients)).toEqual({});
  const release = openRelease(await collect(pair, task));
  expect(release.values).toEqual(truthOf(release, devices.members));
  const shown = await paceline("task", "show", "helper", task, "--config", helper);
  expect(shown.out).toMatch(/state +collected/);
  const wrong = await paceline("task", "close", "coordinator", "zzzzzzzz", "--config", coordinator);
  expect(wrong).toEqual({ code: 66, out: expect.stringContaining("no task whose id begins with") });
});
