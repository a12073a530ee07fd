// A plain DAP aggregator as a service of its own, for tasks without a Paceline manifest. NOTHING HERE ADDS NOISE OR KEEPS A
// BUDGET: whoever collects such a task learns exact sums. It shares no database and no ledger with Paceline's services.
import { defaultQuota } from "../aggregate/quota.ts";
import { type ErrorLog, httpLimits } from "../http/app.ts";
import { type Listening, listen } from "../http/listen.ts";
import type { ListenOptions } from "../http/server.ts";
import { plainApp } from "./app.ts";
import type { PlainParts } from "./parts.ts";
import { newPlainService } from "./service.ts";
import type { PlainTask } from "./task.ts";

export interface PlainOptions extends PlainParts, ListenOptions {
  readonly tasks: readonly PlainTask[];
  /** No report is taken when the store is larger; 16 GiB when left out. */
  readonly databaseBytesMax?: number;
  readonly log: ErrorLog;
}

const WORK_MS = 250;

/** Serves the tasks until it is stopped. */
export async function servePlain(options: PlainOptions): Promise<Listening> {
  const { log, store } = options;
  const service = newPlainService(options, { ...defaultQuota, bytes: options.databaseBytesMax ?? defaultQuota.bytes });
  for (const task of options.tasks) await service.add(task);
  log(
    `${options.tasks.length} plain DAP tasks are served: their sums carry no noise, no budget bounds them, and whoever collects them learns them exactly`,
    "plain.served",
    { count: options.tasks.length },
  );
  const listening = await listen(plainApp(service, log, { storage: store.check }), httpLimits, options);
  let said = "";
  let stopping = false;
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> = Promise.resolve();
  const go = async () => {
    try {
      await service.work();
      said = "";
    } catch (error) {
      const now = error instanceof Error ? error.message : String(error);
      // A peer that is away is told of once.
      if (now !== said) log(`working on tasks: ${now}`, "work.failed", { work: "plain tasks" });
      said = now;
    }
    if (!stopping) timer = setTimeout(again, WORK_MS);
  };
  const again = () => {
    running = go();
  };
  again();
  return {
    ...listening,
    async stop(graceMs) {
      stopping = true;
      clearTimeout(timer);
      await listening.stop(graceMs);
      await Promise.race([running, new Promise((resolve) => void setTimeout(resolve, graceMs).unref())]);
    },
  };
}

export type { ReceivingKey } from "../aggregate/prepare.ts";
export type { Listening } from "../http/listen.ts";
export type { ListenOptions, TlsPair } from "../http/server.ts";
export type { Width } from "../math/words.ts";
export type { BatchMode, Extension, Interval, SaidReportError } from "../protocol/dap/basics.ts";
export type { Message } from "../protocol/dap/message.ts";
export type { Aggregator, DapVersion } from "../protocol/dap/version.ts";
export type { KeyValueRows } from "./store.ts";
export type { PlainTask } from "./task.ts";
