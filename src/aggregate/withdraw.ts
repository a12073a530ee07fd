// Reports that their devices take back. Until its batch is collected, a report that is withdrawn leaves count, checksum and sum at
// both aggregators; its id stays, so that it cannot come again. Who shows the secret behind an id made the report: nobody else can
// take one out, neither aggregator either.
import { equalBytes, toHex } from "../base/bytes.ts";
import { PacelineError } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import { ReportError } from "../protocol/dap/basics.ts";
import { reportIdOf } from "../protocol/dap/report-id.ts";
import { newPlaces } from "./places.ts";
import { defaultQuota, type UploadQuota } from "./quota.ts";
import { bucketsOf, newRateLimit } from "./rate.ts";
import type { AggregateRows, ClosingRow, ReportState, SettledReport, WithdrawalRow, WithdrawalState } from "./store.ts";
import { newTogether } from "./together.ts";

/**
 * stands: the batch is collected, or is being collected now, or has expired; whether or not the report was ever in it. withdrawn at one
 * aggregator means that it is in no release of either.
 */
export type WithdrawalOutcome = "withdrawn" | "stands";

export interface Withdrawals {
  /**
   * Durable when it resolves; of a report that is not here it waits for it. @param secret 32 bytes
   * @throws PacelineError rate_limited
   */
  take(task: Uint8Array, secret: Uint8Array, nowSeconds: number): Promise<WithdrawalOutcome>;
}

/** @param soon resolves when more withdrawals may have come, which are then written together */
export function newWithdrawals(
  crypto: Crypto,
  store: Store<AggregateRows>,
  quota: UploadQuota = defaultQuota,
  soon?: () => Promise<void>,
  log?: ServiceLog,
): Withdrawals {
  const rate = newRateLimit(bucketsOf(store, "withdrawal"), quota, log);
  const places = newPlaces<AggregateRows>("withdrawal", (rows, task) => rows.withdrawalCount(task));
  const together = newTogether<Shown, WithdrawalOutcome>({
    soon,
    bytesOf: ({ secret }) => secret.length,
    write: (items) =>
      places.transaction(store, async (rows, taking) => {
        const outcomes: (WithdrawalOutcome | PacelineError)[] = [];
        const stands = standing(rows);
        for (const shown of items) {
          const room = async () => {
            const free = (await taking.room(shown.task, quota.perTask, 1)) > 0;
            if (free) taking.fill(shown.task, 1);
            return free;
          };
          outcomes.push(await takeShown(rows, shown, room, stands));
        }
        return outcomes;
      }),
  });
  return {
    async take(task, secret, nowSeconds) {
      await rate.take(task, 1, nowSeconds);
      return await together(await open(crypto, task, secret));
    },
  };
}

/** Whether a task's batch is collected or has expired: asked once a transaction, in which it does not change. */
function standing(rows: AggregateRows): (task: Uint8Array) => Promise<boolean> {
  const known = new Map<string, boolean>();
  return async (task) => {
    const key = toHex(task);
    const stands = known.get(key) ?? ((await rows.batch(task)) !== undefined || (await rows.isExpired(task)));
    known.set(key, stands);
    return stands;
  };
}

type Shown = Omit<WithdrawalRow, "state">;

const open = async (crypto: Crypto, task: Uint8Array, secret: Uint8Array): Promise<Shown> => ({
  task,
  report: await reportIdOf(crypto, task, secret),
  secret,
});

/** @param room whether there is a place for one more: then it is filled */
async function takeShown(
  rows: AggregateRows,
  shown: Shown,
  room: () => Promise<boolean>,
  stands: (task: Uint8Array) => Promise<boolean>,
): Promise<WithdrawalOutcome | PacelineError> {
  const { task, report } = shown;
  if (await stands(task)) return "stands";
  const known = await rows.withdrawal(task, report);
  if (known?.state === "applied" || known?.state === "shared") return "withdrawn";
  const [state] = await rows.reportStates(task, [report]);
  // One of a report that is here fills a place too; it is never refused for that.
  if (known === undefined && !(await room()) && state === undefined)
    return new PacelineError("rate_limited", "more reports of this task are withdrawn than it may hold");
  if (state === "accepted" && (await rows.closing(task)) !== undefined) {
    await rows.putWithdrawal({ ...shown, state: "late" });
    return "stands";
  }
  await rows.putWithdrawal({ ...shown, state: await drop(rows, shown) });
  return "withdrawn";
}

const [DROPPED = 0] = ReportError.encode("report_dropped");

/** @returns what is left to do with its withdrawal */
async function drop(rows: AggregateRows, { task, report }: Shown): Promise<WithdrawalState> {
  const before: ReportState | undefined = await rows.dropReport(task, report, DROPPED);
  // In a job, what this aggregator made is needed until the other has answered: the job's end drops it.
  if (before === undefined || before === "aggregating") return "waiting";
  return before === "accepted" ? "applied" : "shared";
}

/** Those of the reports that wait to be withdrawn; asks the store once where none does. */
async function waitingOf(rows: AggregateRows, task: Uint8Array, ids: readonly Uint8Array[]): Promise<WithdrawalRow[]> {
  if ((await rows.withdrawals(task, "waiting", undefined, 1)).length === 0) return [];
  const found: WithdrawalRow[] = [];
  for (const id of ids) {
    const row = await rows.withdrawal(task, id);
    if (row?.state === "waiting") found.push(row);
  }
  return found;
}

/** The helper's side of a job: the reports of it that were withdrawn before they came. @returns their ids: it refuses them */
export async function takeWaiting(
  rows: AggregateRows,
  task: Uint8Array,
  ids: readonly Uint8Array[],
): Promise<readonly Uint8Array[]> {
  const waiting = await waitingOf(rows, task, ids);
  for (const one of waiting) await rows.putWithdrawal({ ...one, state: "shared" });
  return waiting.map(({ report }) => report);
}

/** The leader's side: the end of a job drops those of its reports that were withdrawn while it was out. */
export async function dropWaiting(
  rows: AggregateRows,
  task: Uint8Array,
  settled: readonly SettledReport[],
): Promise<void> {
  for (const one of await waitingOf(
    rows,
    task,
    settled.map(({ id }) => id),
  ))
    await rows.putWithdrawal({ ...one, state: await drop(rows, one) });
}

/** Withdrawals in one exchange between aggregators. */
export const WITHDRAWALS_TOGETHER = 500;

/** A page of withdrawals, and after which report the next one begins. */
export async function withdrawalPage(
  rows: AggregateRows,
  task: Uint8Array,
  state: WithdrawalState,
  after: Uint8Array | undefined,
) {
  const page = await rows.withdrawals(task, state, after, WITHDRAWALS_TOGETHER);
  return { page, next: page.length < WITHDRAWALS_TOGETHER ? undefined : page.at(-1)?.report };
}

export interface Exchanged {
  /** Whether the batch is collected here: then nothing changes any more. */
  readonly collected: boolean;
  readonly secrets: readonly Uint8Array[];
  readonly next: Uint8Array | undefined;
}

/** The helper's side: takes the leader's withdrawals as a device's, and shows a page of its own. */
export async function exchangeWithdrawals(
  crypto: Crypto,
  store: Store<AggregateRows>,
  task: Uint8Array,
  secrets: readonly Uint8Array[],
  after: Uint8Array | undefined,
): Promise<Exchanged> {
  const shown = await Promise.all(secrets.map((secret) => open(crypto, task, secret)));
  return await store.transaction(async (rows) => {
    const states = await rows.reportStates(
      task,
      shown.map(({ report }) => report),
    );
    // The leader counted each of them, so each has its report here: none is kept for one that may come.
    const stands = standing(rows);
    const none = async () => false;
    for (const [i, one] of shown.entries()) if (states[i] !== undefined) await takeShown(rows, one, none, stands);
    const collected = (await rows.batch(task)) !== undefined;
    const { page, next } = await withdrawalPage(rows, task, "applied", after);
    return { collected, secrets: page.map(({ secret }) => secret), next };
  });
}

/**
 * The leader's side: what the helper shows secrets of is dropped here too, also from the batch that is being collected: the helper will
 * not give its share of that one.
 */
export async function applyShown(
  crypto: Crypto,
  store: Store<AggregateRows>,
  task: Uint8Array,
  secrets: readonly Uint8Array[],
): Promise<void> {
  const shown = await Promise.all(secrets.map((secret) => open(crypto, task, secret)));
  await store.transaction(async (rows) => {
    // Collected meanwhile by another process: with them, by what the helper itself agreed to.
    if ((await rows.batch(task)) !== undefined) return;
    for (const one of shown) {
      if ((await rows.reportStates(task, [one.report]))[0] !== "accepted") continue;
      await drop(rows, one);
      await rows.putWithdrawal({ ...one, state: "shared" });
    }
  });
}

/** The batch that was asked for will not be given: it is opened, and what was withdrawn meanwhile leaves it; not another one. */
export async function reopenBatch(
  store: Store<AggregateRows>,
  task: Uint8Array,
  asked: Pick<ClosingRow, "count" | "checksum">,
): Promise<void> {
  await store.transaction(async (rows) => {
    const closing = await rows.closing(task);
    // Another process may have closed and asked for the next one.
    if (closing === undefined || closing.count !== asked.count || !equalBytes(closing.checksum, asked.checksum)) return;
    await rows.dropClosing(task);
    for (;;) {
      const late = await rows.withdrawals(task, "late", undefined, WITHDRAWALS_TOGETHER);
      for (const one of late) await rows.putWithdrawal({ ...one, state: await drop(rows, one) });
      if (late.length < WITHDRAWALS_TOGETHER) return;
    }
  });
}
