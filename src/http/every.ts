// Work that a service repeats in the background, for as long as it runs.
import type { ErrorLog } from "./app.ts";

/** Runs `work` now and then every `ms`. A failure is logged, and the next time comes all the same. */
export async function every(ms: number, log: ErrorLog, name: string, work: () => Promise<void>): Promise<void> {
  const once = async () => {
    try {
      await work();
    } catch (error) {
      log(`${name}: ${error instanceof Error ? error.message : String(error)}`, "work.failed", { work: name });
    }
  };
  await once();
  setInterval(once, ms).unref();
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => void setTimeout(resolve, ms));

/** Does `beat` every `ms` for as long as `work` runs; one that fails is made up for by the next. */
export async function beating<R>(ms: number, beat: () => Promise<void>, work: () => Promise<R>): Promise<R> {
  const timer = setInterval(() => void beat().catch(() => undefined), ms);
  try {
    return await work();
  } finally {
    clearInterval(timer);
  }
}

/** When everything has been read that the operating system holds now. */
export const soon = () => new Promise<void>((resolve) => void setImmediate(resolve));
