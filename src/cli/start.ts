// Where a process of the command begins. A service bounds the young generation of its heap, and that must be said before its
// first object is made: it is started anew in its own place, under the same process id, before anything is loaded.
import { accessSync, constants } from "node:fs";

/**
 * MiB of each half of the young generation, of every thread. Unbounded, V8 lets it grow to 64 in a process that verifies, shrinks it
 * when it rests, and a service's memory goes up and down by a hundred MiB; with 8, what a job holds becomes old before the job ends.
 */
const SEMI_SPACE_MIB = 16;

/** What is looked at of a process. */
export interface Starting {
  readonly execPath: string;
  readonly execArgv: readonly string[];
  /** As Node has it: the executable, the entry, and the command's own. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** The command line that a service is to have in place of its own; undefined where it has it, or is not to be started anew. */
export function boundedCommand({ execPath, execArgv, argv, env }: Starting): string[] | undefined {
  if (argv[2] !== "serve") return undefined;
  // Whoever says how large it is knows better; and who was forked would lose its channel.
  const said = /--max[-_]semi[-_]space[-_]size/.test([...execArgv, env.NODE_OPTIONS ?? ""].join(" "));
  if (said || env.NODE_CHANNEL_FD !== undefined) return undefined;
  return [execPath, `--max-semi-space-size=${SEMI_SPACE_MIB}`, ...execArgv, ...argv.slice(1)];
}

/** @returns the process's exit code */
export async function start(): Promise<number> {
  const command = boundedCommand(process);
  if (command !== undefined)
    try {
      // What then fails ends the process: nothing of it is left to go on.
      accessSync(process.execPath, constants.X_OK);
      process.execve?.(process.execPath, command);
    } catch {
      // Windows has no such call, a process of few permissions may not, and an update may have moved the executable: it takes more
      // memory, and does the same.
    }
  const { main } = await import("./main.ts");
  return await main(process.argv.slice(2));
}
