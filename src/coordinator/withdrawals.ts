// What leader and helper tell each other of withdrawals, before the helper's share is asked for and when it does not give it.
import type { Holding } from "../aggregate/collect.ts";
import type { WithdrawalRow } from "../aggregate/store.ts";
import { applyShown, reopenBatch, withdrawalPage } from "../aggregate/withdraw.ts";
import { call } from "../api/call.ts";
import { helperRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import { helperOf } from "./partner.ts";
import type { CoordinatorParts } from "./parts.ts";

type Parts = Pick<CoordinatorParts, "store" | "crypto" | "transport" | "terms" | "passing">;

async function exchange(
  { transport, terms }: Parts,
  task: Uint8Array,
  shown: readonly Pick<WithdrawalRow, "secret">[],
  after: string | null,
) {
  const { url, token } = helperOf(terms);
  return await call({ transport, url, token }, helperRoutes.exchangeWithdrawals, {
    parameters: { task: toBase64Url(task) },
    body: { secrets: shown.map(({ secret }) => toBase64Url(secret)), after },
  });
}

/** Shows the helper what was withdrawn here of reports that it may count, until it has said that it took them. */
export async function tellHelper(parts: Parts, task: Uint8Array): Promise<void> {
  const { store, passing } = parts;
  for (;;) {
    // What is told is in another state then, so that the first page is always the next one.
    const { page } = await store.read((rows) => withdrawalPage(rows, task, "applied", undefined));
    if (page.length === 0) return;
    await exchange(parts, task, page, null);
    passing("coordinator:exchanged");
    await store.transaction(async (rows) => {
      for (const one of page) await rows.putWithdrawal({ ...one, state: "shared" });
    });
  }
}

/** What the helper was told before it is told again, when the two disagree: it may have been restored from a copy of before. */
async function tellAgain(parts: Parts, task: Uint8Array): Promise<void> {
  let after: Uint8Array | undefined;
  do {
    const { page, next } = await parts.store.read((rows) => withdrawalPage(rows, task, "shared", after));
    if (page.length > 0) await exchange(parts, task, page, null);
    after = next;
  } while (after !== undefined);
}

/**
 * The helper holds other reports than it was asked for: takes from it what was withdrawn there, by the secrets behind the reports'
 * ids, and opens the batch again. @returns false when the helper has collected another batch: that is not to be mended
 */
export async function takeFromHelper(parts: Parts, task: Uint8Array, asked: Holding): Promise<boolean> {
  const { crypto, store, passing } = parts;
  let after: string | null = null;
  do {
    const shown = await exchange(parts, task, [], after);
    if (shown.collected) return false;
    if (shown.next !== null && shown.next === after)
      fail("invalid_message", "the helper shows the same page of withdrawals again");
    await applyShown(crypto, store, task, shown.secrets.map(fromBase64Url));
    after = shown.next;
  } while (after !== null);
  await tellAgain(parts, task);
  passing("coordinator:exchanged");
  await reopenBatch(store, task, asked);
  passing("coordinator:reopened");
  return true;
}
