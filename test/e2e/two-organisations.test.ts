// examples/two-organisations/README.md: every line runs as it is printed but for its ports, and ends in an answer. Services and members, which a
// reader gives terminals of their own, run beside the others until the end.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fencesOf } from "../../scripts/readme/fences.mjs";
import { top } from "../house/files.ts";
import { shippedCommand } from "../support/launch.ts";
import { freePort } from "../support/processes.ts";

const PAGE = join(top, "examples/two-organisations/README.md");
const lines = fencesOf(readFileSync(PAGE, "utf8")).flatMap(({ tag, text }) =>
  tag === "sh" ? text.split("\n").filter((line) => line !== "") : [],
);
const stays = (line: string) => /paceline serve |members\.mjs/.test(line);

let folder = "";
let env: NodeJS.ProcessEnv = {};
const beside: ChildProcess[] = [];
const ports = new Map<string, number>();

/** `npx`, as it finds the clone's own command and Node. */
function shim(): void {
  const bin = join(folder, "bin");
  mkdirSync(bin);
  const quoted = (words: readonly string[]) => words.map((word) => `'${word}'`).join(" ");
  const script = `#!/bin/sh
case "$1" in
  paceline) shift; exec ${quoted([process.execPath, ...shippedCommand])} "$@" ;;
  node) shift; exec '${process.execPath}' --conditions=paceline-source "$@" ;;
esac
echo "npx $1 is not known here" >&2; exit 127
`;
  writeFileSync(join(bin, "npx"), script, { mode: 0o755 });
  env = { ...process.env, PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: join(folder, "config") };
}

/** Until it has said its first line. */
function startBeside(line: string): Promise<string> {
  const child = spawn("bash", ["-c", `exec ${line}`], { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  beside.push(child);
  let said = "";
  return new Promise((resolve, reject) => {
    child.stderr.on("data", (text: Buffer) => {
      said += text.toString();
    });
    child.stdout.once("data", (text: Buffer) => resolve(text.toString()));
    child.once("close", (code) => reject(new Error(`${line} ended with ${code}: ${said}`)));
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "paceline-two-"));
  symlinkSync(join(top, "examples"), join(folder, "examples"));
  shim();
  // Somebody else on this machine may run this too.
  for (const port of ["8401", "8402"]) ports.set(port, await freePort());
});
afterAll(async () => {
  const ended = beside.map((child) => new Promise((resolve) => child.once("exit", resolve)));
  for (const child of beside) child.kill("SIGTERM");
  await Promise.all(ended);
  rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
});

test.skipIf(process.platform === "win32")(
  "every line of the page, in its order, up to the answer",
  async () => {
    const said = new Map<string, string>();
    for (const printed of lines) {
      const line = printed.replaceAll(/\b840[12]\b/g, (port) => String(ports.get(port)));
      if (stays(line)) {
        said.set(line, await startBeside(line));
        continue;
      }
      const { status, stdout, stderr } = spawnSync("bash", ["-c", line], { cwd: folder, env, encoding: "utf8" });
      expect([line, status, stderr]).toEqual([line, 0, expect.anything()]);
      said.set(line, stdout);
    }
    const of = (words: string) => [...said].filter(([line]) => line.includes(words)).map(([, text]) => text);
    expect(of("paceline serve ").map((text) => JSON.parse(text).ready)).toEqual(["helper", "coordinator"]);
    for (const text of of("paceline doctor")) expect(text).toMatch(/agreement of both: the [\s\S]*Ready\./);
    const [answer = ""] = of("paceline ask");
    // 60 members, of whom some have too few days; the noise of both services is on the count.
    const [, members, low, high] =
      /Members counted[^\n]*\n +All members +(\d+) \((\d+)–(\d+)\)/.exec(answer)?.map(Number) ?? [];
    expect([answer, Math.abs((members ?? 0) - 60) < 40]).toEqual([answer, true]);
    expect((high ?? 0) - (low ?? 0)).toBeLessThan(30);
    expect(of("paceline budget")[0]).toContain("The helper's books");
  },
  240_000,
);
