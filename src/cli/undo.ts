// What must be undone however the demo ends: by itself, by an error, by Ctrl-C, or because nobody reads its output.
import { constants } from "node:os";

export interface Undo {
  /** Runs last in, first out. */
  add(step: () => void | Promise<void>): void;
}

/** A signal, or an output that was closed: no error of anyone's, and nothing is said about it. */
class Interrupted extends Error {
  readonly code: number;
  constructor(code: number) {
    super("interrupted");
    this.code = code;
  }
}

export const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
export const exitCodeOf = (signal: NodeJS.Signals) => 128 + constants.signals[signal];

/**
 * Runs `work`; when it ends or is interrupted, runs the steps it added. An interrupted process then ends at once, with
 * the exit code a shell expects; a second signal does not wait for the steps.
 */
export async function withUndo<T>(work: (undo: Undo) => Promise<T>): Promise<T> {
  const steps: (() => void | Promise<void>)[] = [];
  let interrupt: (error: Interrupted) => void = () => undefined;
  const interrupted = new Promise<never>((_, reject) => {
    interrupt = reject;
  });
  interrupted.catch(() => undefined);
  let signals = 0;
  const onSignal = (signal: NodeJS.Signals) => {
    if (++signals > 1) process.exit(exitCodeOf(signal));
    interrupt(new Interrupted(exitCodeOf(signal)));
  };
  const onClosed = () => interrupt(new Interrupted(exitCodeOf("SIGPIPE")));
  for (const signal of SIGNALS) process.on(signal, onSignal);
  for (const stream of [process.stdout, process.stderr]) stream.on("error", onClosed);
  const working = work({ add: (step) => void steps.push(step) });
  // After an interruption it fails somewhere, at a service that is gone.
  working.catch(() => undefined);
  let outcome: Interrupted | undefined;
  try {
    return await Promise.race([working, interrupted]);
  } catch (error) {
    if (!(error instanceof Interrupted)) throw error;
    outcome = error;
    throw error;
  } finally {
    for (const step of steps.reverse()) await step();
    for (const signal of SIGNALS) process.off(signal, onSignal);
    for (const stream of [process.stdout, process.stderr]) stream.off("error", onClosed);
    if (outcome !== undefined) process.exit(outcome.code);
  }
}
