// The life of a service's process from the moment it listens.
import { version } from "../version.ts";

const ENDS = ["SIGTERM", "SIGINT", "disconnect"] as const;

/** What is said beside the port, in the line that says "ready". */
export interface ReadyWith {
  readonly metrics?: number;
  readonly roles?: readonly string[];
}

/**
 * Says that it is ready, in one JSON line with its port and that of its metrics, and waits for a signal.
 * @returns what a second signal aborts
 */
export async function untilStopped(role: string, port: number, more: ReadyWith = {}): Promise<AbortSignal> {
  // Nobody may be left to read it; the service runs all the same.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`${JSON.stringify({ ready: role, port, version, ...more })}\n`);
  const cut = new AbortController();
  await new Promise<void>((resolve) => {
    let asked = false;
    const end = () => {
      if (asked) cut.abort();
      asked = true;
      resolve();
    };
    // The last: started by another process over a channel, which is gone now.
    for (const name of ENDS) process.on(name, end);
  });
  // An open channel would keep this process from ending.
  process.channel?.unref();
  return cut.signal;
}
