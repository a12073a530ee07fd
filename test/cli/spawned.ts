// The command as a process of its own, with what it says; or in this process, for the many runs that end early.
import { spawn } from "node:child_process";
import { readdirSync } from "node:fs";
import { vi } from "vitest";
import { main } from "../../src/cli/main.ts";
import { shippedCommand } from "../support/launch.ts";

export interface Started {
  out(): string;
  err(): string;
  /** Until it has said so on standard error. @throws Error when it ends before */
  says(text: string): Promise<void>;
  signal(signal: NodeJS.Signals): void;
  /** Its exit code. */
  readonly ended: Promise<number | null>;
}

/** @param temporary where the command makes its temporary folders */
export function startCommand(args: readonly string[], temporary: string): Started {
  const child = spawn(process.execPath, [...shippedCommand, ...args], {
    stdio: ["ignore", "pipe", "pipe"],
    env: { ...process.env, TMPDIR: temporary },
  });
  let [out, err] = ["", ""];
  child.stdout.on("data", (text: Buffer) => {
    out += text.toString();
  });
  child.stderr.on("data", (text: Buffer) => {
    err += text.toString();
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  return {
    out: () => out,
    err: () => err,
    says: (text) =>
      new Promise((resolve, reject) => {
        const look = () => err.includes(text) && resolve();
        child.stderr.on("data", look);
        look();
        void ended.then((code) => reject(new Error(`it ended with ${code} and had said: ${err}`)));
      }),
    signal: (signal) => void child.kill(signal),
    ended,
  };
}

/** Temporary folders of the demo. */
export const leftIn = (temporary: string) => readdirSync(temporary).filter((name) => name.startsWith("paceline-demo-"));

export interface Said {
  readonly code: number | null;
  readonly out: string;
  readonly err: string;
}

/** The command as a process of its own, with something on its standard input. */
export function typed(args: readonly string[], input: string, env: NodeJS.ProcessEnv = {}): Promise<Said> {
  const child = spawn(process.execPath, [...shippedCommand, ...args], {
    stdio: ["pipe", "pipe", "pipe"],
    env: { ...process.env, ...env },
  });
  const said = { out: "", err: "" };
  for (const [stream, which] of [
    [child.stdout, "out"],
    [child.stderr, "err"],
  ] as const)
    stream.on("data", (text: Buffer) => {
      said[which] += text.toString();
    });
  child.stdin.end(input);
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, ...said })));
}

/** Runs in this process; for arguments that start no service. */
export async function inProcess(args: readonly string[]): Promise<Said> {
  const said = { out: "", err: "" };
  const capture = (which: "out" | "err") => (text: string | Uint8Array) => {
    said[which] += text.toString();
    return true;
  };
  const spies = [
    vi.spyOn(process.stdout, "write").mockImplementation(capture("out")),
    vi.spyOn(process.stderr, "write").mockImplementation(capture("err")),
  ];
  try {
    const code = await main(args);
    return { code, ...said };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = undefined;
  }
}
