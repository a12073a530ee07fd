// How a process of the command begins: a service with a bound on the young generation of its heap, all else as it is.
import { spawnSync } from "node:child_process";
import { expect, test } from "vitest";
import { boundedCommand } from "../../src/cli/start.ts";
import { shippedCommand } from "../support/launch.ts";

const serving = {
  execPath: "/bin/node",
  execArgv: ["--conditions=x"],
  argv: ["/bin/node", "/bin/paceline", "serve", "helper", "--config", "a b"],
  env: {},
};

test("a service is given the bound, and keeps what it was started with", () => {
  expect(boundedCommand(serving)).toEqual([
    ...["/bin/node", "--max-semi-space-size=16", "--conditions=x"],
    ...["/bin/paceline", "serve", "helper", "--config", "a b"],
  ]);
});

test.each([
  ["another command", { argv: ["/bin/node", "/bin/paceline", "doctor", "serve"] }],
  ["no command", { argv: ["/bin/node", "/bin/paceline"] }],
  ["one that has it", { execArgv: ["--max-semi-space-size=16"] }],
  ["one that is told another way", { env: { NODE_OPTIONS: "--max_semi_space_size=4" } }],
  ["one that was forked", { env: { NODE_CHANNEL_FD: "3" } }],
])("%s goes on as it is", (_, changed) => {
  expect(boundedCommand({ ...serving, ...changed })).toBeUndefined();
});

test("the process itself has it, once, and its exit code is the command's", () => {
  const says = "data:text/javascript,process.stderr.write('started with '+process.execArgv.join(' ')+'\\n')";
  const command = ["--import", says, ...shippedCommand, "serve", "helper", "--config", "/nowhere/helper.json"];
  const env = { ...process.env, NODE_CHANNEL_FD: undefined, NODE_OPTIONS: undefined };
  const { status, stderr } = spawnSync(process.execPath, command, { encoding: "utf8", env });
  const starts = stderr.split("\n").filter((line) => line.startsWith("started with "));
  expect(starts.map((line) => line.includes("--max-semi-space-size=16"))).toEqual([false, true]);
  expect(stderr).toContain("cannot be read");
  expect(status).toBe(66);
});
