// What devices take back at the helper, and what it and the leader tell each other of it.
import { checkRoom, defaultQuota } from "../aggregate/quota.ts";
import type { AggregateRows } from "../aggregate/store.ts";
import type { taskCache } from "../aggregate/task.ts";
import { type Exchanged, exchangeWithdrawals, newWithdrawals } from "../aggregate/withdraw.ts";
import { fail } from "../base/errors.ts";
import type { ServiceLog } from "../ports/service-log.ts";
import type { Store } from "../ports/store.ts";
import type { SigningParts } from "./signing.ts";

export interface HelperWithdrawals {
  /** Of a device. @throws PacelineError rate_limited, unavailable while nothing is served */
  withdraw(task: Uint8Array, secret: Uint8Array): Promise<{ readonly stands: boolean }>;
  /** Of the leader: takes its withdrawals, and shows the helper's own. */
  exchangeWithdrawals(
    task: Uint8Array,
    secrets: readonly Uint8Array[],
    after: Uint8Array | undefined,
  ): Promise<Exchanged>;
}

interface WithdrawalParts extends Pick<SigningParts, "crypto" | "clock" | "passing"> {
  readonly databaseBytesMax?: number;
  /** For the operator. */
  readonly log?: ServiceLog | undefined;
  /** As the coordinator's. */
  readonly soon?: () => Promise<void>;
}

interface Ledger {
  /** Why nothing is served now. */
  trouble(): string | undefined;
  checkOwn(): void;
}

export function newHelperWithdrawals(
  { crypto, clock, passing, soon, log, databaseBytesMax = defaultQuota.bytes }: WithdrawalParts,
  store: Store<AggregateRows>,
  taskOf: ReturnType<typeof taskCache>,
  ledger: Ledger,
): HelperWithdrawals {
  const withdrawals = newWithdrawals(crypto, store, defaultQuota, soon, log);
  return {
    async withdraw(id, secret) {
      if (ledger.trouble() !== undefined) fail("unavailable", "this helper serves nothing now");
      const task = await taskOf(id);
      checkRoom(await store.size(), databaseBytesMax);
      const outcome = await withdrawals.take(task.dap.id, secret, Math.floor(clock.now() / 1000));
      passing("helper:withdrawn");
      return { stands: outcome === "stands" };
    },
    async exchangeWithdrawals(id, secrets, after) {
      ledger.checkOwn();
      const task = await taskOf(id);
      const own = await exchangeWithdrawals(crypto, store, task.dap.id, secrets, after);
      passing("helper:exchanged");
      return own;
    },
  };
}
