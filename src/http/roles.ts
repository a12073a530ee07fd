// What a process of a service does: takes requests, or verifies reports, or both. Replicas of one party share a database.
import type { ErrorLog } from "./app.ts";
import type { Listening } from "./listen.ts";
import { type WorkLoop, workLoop } from "./work-loop.ts";

export const serviceRoles = ["api", "worker"] as const;
export type ServiceRole = (typeof serviceRoles)[number];

/** What a service lets its process do with verification. */
export interface Verifying {
  work(): Promise<boolean>;
  /** Resolves when what was begun is done. */
  stopWork?(): Promise<void>;
  handBack(): Promise<void>;
}

/** A service that verifies beside whatever it listens for, on so many loops. */
export function working(listening: Listening, service: Verifying, loops: number, log: ErrorLog): Listening {
  const running: WorkLoop[] = Array.from({ length: loops }, () => workLoop(log, "verifying", () => service.work()));
  return {
    ...listening,
    async stop(graceMs, cut) {
      const done = Promise.all([service.stopWork?.(), ...running.map((loop) => loop.stop())]);
      await Promise.all([listening.stop(graceMs, cut), within(graceMs, cut, done)]);
      await service.handBack();
    },
  };
}

async function within(ms: number, cut: AbortSignal | undefined, work: Promise<unknown>): Promise<void> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const over = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
    cut?.addEventListener("abort", () => resolve());
    if (cut?.aborted === true) resolve();
  });
  await Promise.race([work.catch(() => undefined), over]);
  clearTimeout(timer);
}
