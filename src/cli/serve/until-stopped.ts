// The life of a service's process from the moment it listens.
import { version } from "../version.ts";

/** Says that it is ready, in one JSON line with its port and that of its metrics, and waits for a signal. */
export async function untilStopped(
  role: string,
  port: number,
  more: { readonly metrics?: number } = {},
): Promise<void> {
  // Nobody may be left to read it; the service runs all the same.
  process.stdout.on("error", () => undefined);
  process.stdout.write(`${JSON.stringify({ ready: role, port, version, ...more })}\n`);
  await new Promise<void>((resolve) => {
    process.once("SIGTERM", resolve);
    process.once("SIGINT", resolve);
    // Started by another process over a channel: when that process is gone, this one goes too.
    process.once("disconnect", resolve);
  });
  // An open channel would keep this process from ending.
  process.channel?.unref();
}
