// Rows that write the chain by themselves: whatever changes the ledger through them is appended in the same
// transaction, so that no path can forget it.
import type { AggregateRows } from "../aggregate/store.ts";
import { toBase64Url } from "../base/bytes.ts";
import { fail, invariant } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import { appendChain, eventContent } from "./chain.ts";
import type { LedgerRows, ReleaseRows } from "./store.ts";

/** A helper has no releases. */
export type ServiceRows = AggregateRows & LedgerRows & Partial<ReleaseRows>;

/** @param changed called when the chain, or what is known of the other party, has changed within the transaction */
export function chainedRows<Rows extends ServiceRows>(rows: Rows, crypto: Crypto, changed: () => void): Rows {
  const append = async (...entry: [Parameters<typeof appendChain>[2], Parameters<typeof appendChain>[3]]) => {
    await appendChain(rows, crypto, ...entry);
    changed();
  };
  const hashOf = async (bytes: Uint8Array) => toBase64Url(await crypto.sha256(bytes));
  return {
    ...rows,
    ...releaseChain(rows, hashOf, append),
    async putBudget(row) {
      const before = await rows.budget(row.epoch);
      invariant(before === undefined || before.cap === row.cap, "a cap is fixed when its epoch is first used");
      await rows.putBudget(row);
      if (before === undefined) await append("epoch", { epoch: row.epoch, cap: `${row.cap}` });
    },
    async addEvent(event) {
      await rows.addEvent(event);
      await append("ledger", eventContent(event));
    },
    async addBatch(batch) {
      if (await rows.isForgotten(batch.task)) forgottenTask();
      await rows.addBatch(batch);
      const { task, count, checksum, noisedShare } = batch;
      const noised = await hashOf(noisedShare);
      await append("share", { task: toBase64Url(task), count, checksum: toBase64Url(checksum), noised });
    },
    async putStream(row) {
      if (await rows.isForgotten(row.task)) forgottenTask();
      await rows.putStream(row);
      const { task, round, until, state } = row;
      await append("stream", { stream: toBase64Url(task), round, until, state: state && (await hashOf(state)) });
    },
    async addForgotten(task) {
      if (await rows.isForgotten(task)) return;
      await rows.addForgotten(task);
      await append("forgotten", { task: toBase64Url(task) });
    },
    async putCounterpart(row) {
      await rows.putCounterpart(row);
      changed();
    },
  };
}

function releaseChain(
  rows: ServiceRows,
  hashOf: (bytes: Uint8Array) => Promise<string>,
  append: (kind: "leaf" | "settled", content: { readonly [key: string]: string | number }) => Promise<void>,
): Partial<Pick<ReleaseRows, "addLeaf" | "putQuery">> {
  const { addLeaf, putQuery, query } = rows;
  if (addLeaf === undefined || putQuery === undefined || query === undefined) return {};
  return {
    async addLeaf(leaf) {
      const index = await addLeaf(leaf);
      await append("leaf", { index, hash: await hashOf(leaf) });
      return index;
    },
    async putQuery(row) {
      const before = await query(row.hash);
      await putQuery(row);
      if (row.release === null || before?.release) return;
      await append("settled", { task: toBase64Url(row.task), release: await hashOf(row.release) });
    },
  };
}

export function forgottenTask(): never {
  fail("conflict", "the task is closed for ever: it was released, or what became of it is not known here any more", {
    hint: "Ask the question anew.",
  });
}
