// `paceline serve dap` as a process, and the configuration of docs/dap.md.
import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { top } from "../house/files.ts";
import { shippedCommand } from "./launch.ts";

const [, json = ""] = /```json\n([\s\S]*?)```/.exec(readFileSync(`${top}docs/dap.md`, "utf8")) ?? [];
export const example = JSON.parse(json) as Record<string, unknown> & { tasks: Record<string, unknown>[] };
export const exampleTask = example.tasks[0] ?? {};

export function serve(
  config: string,
): Promise<{ readonly metrics: number | undefined; stop(): Promise<number | null> }> {
  const child = spawn(process.execPath, [...shippedCommand, "serve", "dap", "--config", config], {
    stdio: ["ignore", "pipe", "pipe"],
  });
  let errors = "";
  child.stderr.on("data", (part: Buffer) => {
    errors += part.toString();
  });
  const exit = new Promise<number | null>((resolve) => child.once("exit", resolve));
  return new Promise((resolve, reject) => {
    exit.then((code) => reject(new Error(`ended with ${code}: ${errors}`)));
    child.stdout.once("data", (line: Buffer) =>
      resolve({
        metrics: (JSON.parse(line.toString()) as { metrics?: number }).metrics,
        stop: async () => {
          child.kill("SIGTERM");
          return await exit;
        },
      }),
    );
  });
}
