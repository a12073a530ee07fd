// Work that can end early with what it has: the first Ctrl-C asks it to, a second one waits for nothing.
import { exitCodeOf, SIGNALS } from "./undo.ts";

export interface Ended<T> {
  readonly value: T;
  /** The exit code that a shell expects, where a signal ended it. */
  readonly code: number | undefined;
}

/** Runs `work`, whose signal is aborted by SIGINT, SIGTERM or SIGHUP. An output that was closed ends the process. */
export async function stoppable<T>(work: (signal: AbortSignal) => Promise<T>): Promise<Ended<T>> {
  const controller = new AbortController();
  let code: number | undefined;
  const onSignal = (signal: NodeJS.Signals) => {
    if (code !== undefined) process.exit(exitCodeOf(signal));
    code = exitCodeOf(signal);
    controller.abort();
  };
  const onClosed = () => process.exit(exitCodeOf("SIGPIPE"));
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", onClosed);
  try {
    return { value: await work(controller.signal), code };
  } finally {
    for (const signal of SIGNALS) process.off(signal, onSignal);
    for (const stream of [process.stdout, process.stderr]) stream.off("error", onClosed);
  }
}
