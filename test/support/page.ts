// A page whose lines are run as they are printed, but for their ports. Services and members, which a reader gives terminals of their own,
// run beside the others until the end.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, type TestContext } from "vitest";
import { fencesOf } from "../../scripts/readme/fences.mjs";
import { top } from "../house/files.ts";
import { shippedCommand } from "./launch.ts";
import { freePort } from "./processes.ts";

const stays = (line: string) => /paceline serve |(?:members|accounts)\.mjs/.test(line);

/** `npx`, as it finds the clone's own command and Node. */
function shim(folder: string): NodeJS.ProcessEnv {
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
  return { ...process.env, PATH: `${bin}:${process.env.PATH}`, XDG_CONFIG_HOME: join(folder, "config") };
}

/**
 * Runs every line of a page's `sh` fences, in order; each must end well. @param page its path in the project
 * @returns what each line wrote to its standard output; of what runs beside the others its first line
 */
export async function runPage(
  context: Pick<TestContext, "onTestFinished">,
  page: string,
): Promise<(words: string) => readonly string[]> {
  const folder = mkdtempSync(join(tmpdir(), "paceline-page-"));
  const beside: ChildProcess[] = [];
  context.onTestFinished(async () => {
    const ended = beside.map((child) => new Promise((resolve) => child.once("exit", resolve)));
    for (const child of beside) child.kill("SIGTERM");
    await Promise.all(ended);
    rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  symlinkSync(join(top, "examples"), join(folder, "examples"));
  const env = shim(folder);
  // Somebody else on this machine may run this too.
  const ports = new Map<string, number>();
  for (const port of ["8401", "8402", "8403"]) ports.set(port, await freePort());

  /** Until it has said its first line. */
  const startBeside = (line: string): Promise<string> => {
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
  };

  const lines = fencesOf(readFileSync(join(top, page), "utf8")).flatMap(({ tag, text }) =>
    tag === "sh" ? text.split("\n").filter((line) => line !== "") : [],
  );
  const said = new Map<string, string>();
  for (const printed of lines) {
    const line = printed.replaceAll(/\b840[123]\b/g, (port) => String(ports.get(port)));
    if (stays(line)) {
      said.set(line, await startBeside(line));
      continue;
    }
    const { status, stdout, stderr } = spawnSync("bash", ["-c", line], { cwd: folder, env, encoding: "utf8" });
    expect([line, status, stderr]).toEqual([line, 0, expect.anything()]);
    said.set(line, stdout);
  }
  return (words) => [...said].filter(([line]) => line.includes(words)).map(([, text]) => text);
}
