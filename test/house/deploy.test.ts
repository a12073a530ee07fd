// The files of deploy/: what of them can be checked where neither systemd runs nor a container engine is.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { classOf } from "../../src/base/error-registry.ts";
import { coordinatorSchema, helperSchema } from "../../src/cli/serve/schema.ts";
import { inProcess } from "../cli/spawned.ts";
import { top } from "./files.ts";

const read = (name: string) => readFileSync(join(top, "deploy", name), "utf8");
const folder = mkdtempSync(join(tmpdir(), "paceline-units-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const unit = read("systemd/paceline@.service");
const COMMAND = "/opt/paceline/node_modules/.bin/paceline";
const noAnalyze = spawnSync("systemd-analyze", ["--version"]).status !== 0;

/** With a command that is there: whether it is executable is part of what is verified. */
function analysed(text: string, ...how: string[]) {
  const path = join(folder, "paceline@helper.service");
  writeFileSync(path, text.replace(COMMAND, process.execPath));
  return spawnSync("systemd-analyze", [...how, path], { encoding: "utf8" });
}

test.skipIf(noAnalyze)("systemd takes the unit as it is, and counts it among the well guarded", () => {
  const { status, stderr } = analysed(unit, "verify", "--man=no");
  expect([status, stderr.split("\n").filter((line) => line.includes("paceline@"))]).toEqual([0, []]);
  // Below 2.0 of 10; an ordinary unit has 9.6.
  const guarded = analysed(unit, "security", "--offline=true", "--threshold=20", "--no-pager");
  expect([guarded.status, guarded.stdout.split("\n").at(-2)]).toEqual([0, expect.stringContaining("OK")]);
});

test.skipIf(noAnalyze)("a unit with a word that systemd does not know, or without its guards, is found", () => {
  expect(analysed(unit.replace("ProtectSystem", "ProtectSystems"), "verify", "--man=no").stderr).toContain(
    "ProtectSystems",
  );
  const bare = unit.replaceAll(/^(Protect|Private|Restrict[A-Z]|SystemCall|Capability|NoNew).*$/gm, "");
  expect(analysed(bare, "security", "--offline=true", "--threshold=20", "--no-pager").status).not.toBe(0);
});

test("a start that cannot succeed is not tried again, by the exit codes that there are", () => {
  const kept = /^RestartPreventExitStatus=(.*)$/m.exec(unit)?.[1]?.split(" ").map(Number);
  const codes = ["invalid_argument", "invalid_data", "not_found", "policy_refused", "misconfigured"] as const;
  expect(kept).toEqual(codes.map((code) => classOf({ code }).exit));
  // A port that is taken, a database that is away: these pass.
  for (const code of ["conflict", "unavailable"] as const) expect(kept).not.toContain(classOf({ code }).exit);
});

test("the image has the Node that the package asks for, and the command's words for what is missing are read from it", () => {
  const dockerfile = read("Dockerfile");
  const { engines } = JSON.parse(readFileSync(join(top, "package.json"), "utf8")) as { engines: { node: string } };
  const bases = [...dockerfile.matchAll(/^FROM node:(\d+)-/gm)].map(([, major]) => `>=${major}`);
  expect(bases).toEqual([engines.node, engines.node]);
  const pattern = /sed -n 's\/\.\*(run: )\/\/p'/.exec(dockerfile)?.[1] ?? "";
  expect(readFileSync(join(top, "bin/paceline.js"), "utf8")).toContain(`${pattern}npm install \${lacking.join(" ")}`);
  expect(dockerfile).toMatch(/^USER node$/m);
});

test("who stops a service waits for longer than the service takes to end by itself", () => {
  const seconds = coordinatorSchema.shape.stopSeconds.parse(undefined);
  expect(helperSchema.shape.stopSeconds.parse(undefined)).toBe(seconds);
  const [systemd, engine] = [
    /^TimeoutStopSec=(\d+)$/m.exec(unit),
    /^ +stop_grace_period: (\d+)s$/m.exec(read("compose.yaml")),
  ];
  // What was cut is handed back and the database closed within the rest.
  for (const found of [systemd, engine]) expect(Number(found?.[1])).toBeGreaterThanOrEqual(seconds + 10);
  expect(unit).toContain(`within stopSeconds (${seconds})`);
});

test("what units and containers run is a command that there is", async () => {
  const compose = read("compose.yaml");
  expect(compose).toMatch(/command: \["serve", "\$\{ROLE:[^"]*", "--config", /);
  expect(unit).toContain(`ExecStart=${COMMAND} serve %i --config `);
  for (const role of ["coordinator", "helper"])
    expect((await inProcess(["serve", role, "--config", join(folder, "none")])).code).toBe(66);
});
