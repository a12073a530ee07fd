// What leader and helper tell each other of withdrawals, before the helper's share is asked for and when it does not give it.
import type { WithdrawalRow } from "../aggregate/store.ts";
import { applyShown, reopenBatch, withdrawalPage } from "../aggregate/withdraw.ts";
import { call } from "../api/call.ts";
import { helperRoutes } from "../api/routes.ts";
import { fromBase64Url, toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { CoordinatorParts } from "./parts.ts";

type Parts = Pick<CoordinatorParts, "store" | "crypto" | "transport" | "terms" | "passing">;

async function exchange(
  { transport, terms: { helper } }: Parts,
  task: Uint8Array,
  shown: readonly Pick<WithdrawalRow, "secret">[],
  after: string | null,
) {
  return await call({ transport, url: helper.url, token: helper.token }, helperRoutes.exchangeWithdrawals, {
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
async function tellAgain(parts: Parts, task: Uint8Array): Promise<number> {
  let [taken, after] = [0, undefined as Uint8Array | undefined];
  do {
    const { page, next } = await parts.store.read((rows) => withdrawalPage(rows, task, "shared", after));
    if (page.length > 0) taken += (await exchange(parts, task, page, null)).taken;
    after = next;
  } while (after !== undefined);
  return taken;
}

/**
 * The helper holds other reports: takes from it what was withdrawn there, by the secrets behind the reports' ids, and opens the batch
 * again. @returns false when nothing was withdrawn: the two disagree for another reason
 */
export async function takeFromHelper(parts: Parts, task: Uint8Array): Promise<boolean> {
  const { crypto, store, passing } = parts;
  let [dropped, after] = [0, null as string | null];
  do {
    const { collected, secrets, next } = await exchange(parts, task, [], after);
    // Of another batch than was asked for: that is not to be mended.
    if (collected) return false;
    if (next !== null && next === after) fail("invalid_message", "the helper shows the same page of withdrawals again");
    dropped += await applyShown(crypto, store, task, secrets.map(fromBase64Url));
    after = next;
  } while (after !== null);
  dropped += await tellAgain(parts, task);
  passing("coordinator:exchanged");
  dropped += await reopenBatch(store, task);
  passing("coordinator:reopened");
  return dropped > 0;
}
