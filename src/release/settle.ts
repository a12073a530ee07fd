// Settling: the two noised shares become the released integers, centred around 0, in an immutable document. Stored with
// its audit leaf in one transaction before anyone is answered; asking again returns the same bytes.
import { fail, invariant } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { LedgerCaps } from "../privacy/accounting/lifetime.ts";
import { decodeManifest } from "../task/manifest.ts";
import { encodeRelease } from "../task/release.ts";
import type { ReleaseBytes } from "../task/stages.ts";
import { releaseDocument } from "./document.ts";
import { releaseLeaf } from "./leaf.ts";
import { isYear } from "./ledger.ts";
import type { QueryRow, ReleaseRows } from "./store.ts";

const MOST = BigInt(Number.MAX_SAFE_INTEGER);

/**
 * The sum of two shares, each value above half the modulus read as negative.
 * @param beyond of sums that no honest devices make. Refused where proofs bound what a device adds: then the aggregators hold different
 * batches. Where nothing is proved, one device can do so, and would keep a round from ever being settled: the value is the nearest
 * that a document can state.
 */
export function combineShares(
  leader: readonly bigint[],
  helper: readonly bigint[],
  modulus: bigint,
  beyond: "refuse" | "saturate" = "refuse",
): number[] {
  invariant(leader.length === helper.length, "both shares have one value a row");
  return leader.map((share, i) => {
    const sum = (share + (helper[i] as bigint)) % modulus;
    const centred = sum > modulus / 2n ? sum - modulus : sum;
    if (centred >= -MOST && centred <= MOST) return Number(centred);
    if (beyond === "refuse")
      fail("verification_failed", "the shares do not add up to a plausible sum", {
        hint: "The two aggregators hold different batches; check their logs before collecting anything else.",
      });
    return centred < 0n ? -Number.MAX_SAFE_INTEGER : Number.MAX_SAFE_INTEGER;
  });
}

/** Shares as field values; the rooms that know the field decode them. */
export interface Shares {
  readonly leader: readonly bigint[];
  readonly helper: readonly bigint[];
  readonly modulus: bigint;
}

/**
 * Stores the release of a published query with its audit leaf. Settled before: returns what was stored then.
 * @param at in Unix seconds @param payer under which name its debit is kept: its task's, or that of a stream whose round it is
 */
export async function settle(
  rows: ReleaseRows,
  crypto: Crypto,
  query: QueryRow,
  shares: Shares,
  at: number,
  payer: Uint8Array = query.task,
): Promise<ReleaseBytes> {
  const row = (await rows.query(query.hash)) ?? fail("not_found", "no such query is reserved");
  if (row.release !== null) return row.release as ReleaseBytes;
  const debit = (await rows.eventOf(payer, "debit")) ?? fail("internal", "a release without a debit");
  const manifest = decodeManifest(row.manifest);
  const beyond = manifest.encoder.kind === "words" ? "saturate" : "refuse";
  const values = combineShares(shares.leader, shares.helper, shares.modulus, beyond);
  const release = encodeRelease(releaseDocument(manifest, row.task, values, await capsOf(rows, debit.epochs)));
  await rows.addLeaf(await releaseLeaf(crypto, { ...row, query: row.hash, release, debit }));
  await rows.putQuery({ ...row, state: "settled", release, settled: at });
  return release as ReleaseBytes;
}

/** The largest that any epoch of the debit got. */
export async function capsOf(rows: ReleaseRows, epochs: readonly string[]): Promise<LedgerCaps> {
  const most = { week: 0n, year: 0n };
  for (const epoch of epochs) {
    const { cap } = (await rows.budget(epoch)) ?? fail("internal", "a debited epoch has its row");
    const span = isYear(epoch) ? "year" : "week";
    if (cap > most[span]) most[span] = cap;
  }
  return most;
}
