// A peer in another language: one process that lives as long as the benchmark and answers one line of JSON for each line of
// JSON it gets, so that its turns can alternate with ours. Start-up and warm-up stay outside what is timed.
import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { runDelay } from "./harness.ts";

export interface LineProcess {
  /** Sends one question, waits for its answer. Questions do not overlap. */
  ask(question: unknown): Promise<unknown>;
  /** See `Contender.waited`. */
  waited(): number;
  close(): void;
}

/** @throws Error when the program cannot be started or ends before it answers */
export async function startLineProcess(
  command: string,
  commandArguments: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<LineProcess> {
  const child: ChildProcess = spawn(command, commandArguments, {
    stdio: ["pipe", "pipe", "inherit"],
    env: { ...process.env, ...environment },
  });
  const { stdin, stdout } = child;
  if (stdin === null || stdout === null) throw new Error(`${command} has no pipes`);
  let waiting: { resolve(line: string): void; reject(error: Error): void } | undefined;
  let ended: Error | undefined;
  const end = (reason: string) => {
    ended = new Error(`${command}: ${reason}`);
    waiting?.reject(ended);
  };
  child.on("error", (error) => end(error.message));
  child.on("exit", (code) => end(`ended with code ${code}`));
  stdin.on("error", (error) => end(error.message));
  createInterface({ input: stdout }).on("line", (line) => waiting?.resolve(line));
  await new Promise<void>((resolve, reject) => {
    child.once("spawn", resolve);
    child.once("error", reject);
  });
  return {
    waited: () => (child.pid === undefined ? 0 : runDelay(child.pid)),
    async ask(question) {
      const line = await new Promise<string>((resolve, reject) => {
        if (ended !== undefined) reject(ended);
        waiting = { resolve, reject };
        stdin.write(`${JSON.stringify(question)}\n`);
      });
      waiting = undefined;
      return JSON.parse(line) as unknown;
    },
    close() {
      child.removeAllListeners("exit");
      child.kill();
    },
  };
}
