// Starts one service as an operating-system process of its own: the shipped command from its sources, or the crash tests'
// child, bundled once a test file (it starts in a fifth of a second that way, a restart at a time).
import { type ChildProcess, execFile, fork, type StdioOptions, spawn, spawnSync } from "node:child_process";
import { closeSync, existsSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { buildSync } from "esbuild";
import { afterAll } from "vitest";
import type { ChildOptions } from "../e2e/service-child.ts";

export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface Running {
  /** Rejects with EndedEarly when it ends before. */
  readonly ready: Promise<void>;
  readonly exit: Promise<Exit>;
  kill(signal: NodeJS.Signals): void;
}

/** A service that was over before it was ready. */
export class EndedEarly extends Error {
  readonly exit: Exit;

  constructor(exit: Exit, log: string) {
    super(`a service ended with ${exit.code ?? exit.signal}: ${log}`);
    this.exit = exit;
  }
}

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const START_MS = 30_000;
/** A runner that is killed takes the shipped command along, which knows nothing of runners. Its threads read this too. */
const LEASH = `data:text/javascript,${encodeURIComponent(
  'process.on("disconnect", () => process.exit(1)); process.channel?.unref();',
)}`;

/** A third of a start is compiling. */
const START = `import { enableCompileCache } from "node:module";
enableCompileCache(new URL("compiled", import.meta.url).pathname);
await import("./service.mjs");
`;

/** Folders by the program that was bundled. */
const bundles = new Map<string, string>();
afterAll(() => {
  for (const folder of bundles.values()) rmSync(folder, { recursive: true, force: true });
  bundles.clear();
});

function bundled(program: string): string {
  const before = bundles.get(program);
  if (before !== undefined) return join(before, "start.mjs");
  const folder = mkdtempSync(join(tmpdir(), "paceline-child-"));
  const file = join(folder, "start.mjs");
  bundles.set(program, folder);
  writeFileSync(file, START);
  buildSync({
    entryPoints: [program],
    outfile: join(folder, "service.mjs"),
    bundle: true,
    minify: true,
    platform: "node",
    format: "esm",
    conditions: ["paceline-source"],
    logLevel: "error",
    // Packages in CommonJS call require, which a module does not have.
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
  // Told nothing, it ends at once, and leaves what was compiled to all others: who is killed leaves nothing.
  spawnSync(process.execPath, [file], { stdio: "ignore" });
  return file;
}

/** The command line of the `paceline` command in its sources. */
export const shippedCommand = ["--conditions=paceline-source", at("../../src/cli/run.ts")];

/** What a process gets besides what this one has. */
type Environment = Readonly<Record<string, string>>;

/** Starts the child with its own parts; ready once its port is open. */
export const launchChild = (options: ChildOptions, logFile: string, environment: Environment = {}): Running =>
  launchProgram(at("../e2e/service-child.ts"), options, logFile, environment);

/** Starts a program of a test's own, which is told `options` and says something when it is ready. @param program path of its source */
export function launchProgram(program: string, options: object, logFile: string, environment: Environment): Running {
  return logged(logFile, (log) => {
    const env = { ...process.env, ...environment };
    const stdio: StdioOptions = ["ignore", "ignore", log, "ipc"];
    const child = fork(bundled(program), [JSON.stringify(options)], { execArgv: [], stdio, env });
    return launched(child, logFile, (open) => child.once("message", open));
  });
}

/** Starts `paceline serve`, exactly as an operator would. */
export function launchShipped(
  role: string,
  configFile: string,
  logFile: string,
  environment: Environment = {},
): Running {
  return logged(logFile, (log) => {
    const command = ["--import", LEASH, ...shippedCommand, "serve", role, "--config", configFile];
    const child = spawn(process.execPath, command, {
      stdio: ["ignore", "pipe", log, "ipc"],
      env: { ...process.env, ...environment },
    });
    return launched(child, logFile, (open) => child.stdout?.once("data", open));
  });
}

/** The shipped command where it does not start. @returns its exit code and what it said */
export const serve = (role: string, configFile: string): Promise<string> =>
  new Promise((resolve) => {
    const command = [...shippedCommand, "serve", role, "--config", configFile];
    execFile(process.execPath, command, { timeout: 120_000 }, (error, _, stderr) =>
      resolve(`${error === null ? 0 : error.code} ${stderr}`),
    );
  });

/** The child has its own handle of the log once it is started. */
function logged(logFile: string, start: (log: number) => Running): Running {
  const log = openSync(logFile, "a");
  try {
    return start(log);
  } finally {
    closeSync(log);
  }
}

function launched(child: ChildProcess, logFile: string, whenOpen: (open: () => void) => void): Running {
  const exit = new Promise<Exit>((resolve) => child.once("exit", (code, signal) => resolve({ code, signal })));
  const ready = new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Error(`a service was not ready after ${START_MS} ms`));
    }, START_MS);
    exit.then((ended) => {
      clearTimeout(timer);
      // Its folder may be gone with the test that it was for.
      reject(new EndedEarly(ended, existsSync(logFile) ? readFileSync(logFile, "utf8") : ""));
    });
    whenOpen(() => {
      clearTimeout(timer);
      resolve();
    });
  });
  // Who only waits for the end may do so.
  ready.catch(() => undefined);
  return { ready, exit, kill: (signal) => child.kill(signal) };
}
