// A plain DAP aggregator as a service of its own, for tasks without a Paceline manifest. NOTHING HERE ADDS NOISE OR KEEPS A
// BUDGET: whoever collects such a task learns exact sums. It shares no database and no ledger with Paceline's services.
import { defaultQuota } from "../aggregate/quota.ts";
import { type ErrorLog, httpLimits } from "../http/app.ts";
import { every } from "../http/every.ts";
import { type Listening, listen } from "../http/listen.ts";
import type { ListenOptions } from "../http/server.ts";
import { workLoop } from "../http/work-loop.ts";
import type { MarkFile } from "../ports/mark-file.ts";
import { plainApp } from "./app.ts";
import { newCollected } from "./collected.ts";
import type { PlainParts } from "./parts.ts";
import { newPlainService, type PlainService } from "./service.ts";
import type { PlainTask } from "./task.ts";

export interface PlainOptions extends Omit<PlainParts, "collected" | "passing">, ListenOptions {
  readonly tasks: readonly PlainTask[];
  /** Lies apart from the store, best on another disk: which batches were collected, against an older copy of the store. */
  readonly mark: MarkFile;
  /** No report is taken when the store is larger; 16 GiB when left out. */
  readonly databaseBytesMax?: number;
  readonly log: ErrorLog;
}

const SWEEP_MS = 3_600_000;

/** Serves the tasks until it is stopped. */
export async function servePlain(options: PlainOptions): Promise<Listening> {
  const { log, store, mark, meter } = options;
  const parts = { ...options, passing: () => undefined, collected: newCollected(options, mark) };
  const service = newPlainService(parts, { ...defaultQuota, bytes: options.databaseBytesMax ?? defaultQuota.bytes });
  for (const task of options.tasks) await service.add(task);
  const { recalled, unparked } = await service.open();
  if (recalled > 0)
    log(
      `the database is an older copy: ${recalled} batches that were collected since are not given out again`,
      "plain.recalled",
      { count: recalled },
    );
  if (unparked > 0) log(`${unparked} jobs that were parked are tried again`, "jobs.retried", { count: unparked });
  log(
    `${options.tasks.length} plain DAP tasks are served: their sums carry no noise, no budget bounds them, and whoever collects them learns them exactly`,
    "plain.served",
    { count: options.tasks.length },
  );
  await every(SWEEP_MS, log, "deleting old reports", async () => {
    const count = await service.sweep();
    if (count > 0) log(`${count} reports were not collected in time and are deleted`, "reports.dropped", { count });
  });
  const app = plainApp(service, log, { storage: store.check }, meter);
  const listening = await listen(app, httpLimits, options);
  const loop = newWork(service, log);
  return {
    ...listening,
    async stop(graceMs, cut) {
      const worked = loop.stop();
      await listening.stop(graceMs, cut);
      await Promise.race([worked, new Promise((resolve) => void setTimeout(resolve, graceMs).unref()), aborted(cut)]);
    },
  };
}

const aborted = (cut: AbortSignal | undefined) =>
  new Promise<void>((resolve) => {
    if (cut?.aborted === true) resolve();
    cut?.addEventListener("abort", () => resolve());
  });

/** Works in the background; what it meets is told once, until it has passed. */
function newWork(service: PlainService, log: ErrorLog) {
  let said = "";
  const told = async (): Promise<boolean> => {
    try {
      await service.work();
      said = "";
    } catch (error) {
      const now = error instanceof Error ? error.message : String(error);
      if (now !== said) log(`working on tasks: ${now}`, "work.failed", { work: "plain tasks" });
      said = now;
    }
    return false;
  };
  return workLoop(log, "plain tasks", told);
}

export type { ReceivingKey } from "../aggregate/prepare.ts";
export type { Listening } from "../http/listen.ts";
export type { ListenOptions, TlsPair } from "../http/server.ts";
export type { Width } from "../math/words.ts";
export type { MarkFile } from "../ports/mark-file.ts";
export type { Meter } from "../ports/meter.ts";
export type { ServiceLog } from "../ports/service-log.ts";
export type { BatchMode, Extension, Interval, SaidReportError } from "../protocol/dap/basics.ts";
export type { Message } from "../protocol/dap/message.ts";
export type { Aggregator, DapVersion } from "../protocol/dap/version.ts";
export type { KeyValueRows, KeyValueStore } from "./store.ts";
export type { PlainTask } from "./task.ts";
