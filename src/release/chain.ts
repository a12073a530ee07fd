// The ledger's hash chain: each entry's hash covers the one before, so that the newest hash stands for everything that
// ever happened. Whoever remembers one hash notices a copy that is older, or one whose past reads differently.
import { equalBytes, fromBase64Url, toBase64Url, utf8 } from "../base/bytes.ts";
import { canonicalJson, type Json } from "../base/canonical.ts";
import { Writer } from "../base/codec.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { ChainEntry, ChainRows, LedgerEvent } from "./store.ts";

/**
 * genesis: whose ledger this is. epoch: a cap, fixed. ledger: a row of the ledger's events. share: this aggregator's
 * batch, with its noise. stream: its noise stream after a round. leaf, settled: the audit log and the releases. forgotten: a task that is closed for ever.
 * acknowledged: an operator said what became of heads that are not on this chain.
 */
export type ChainKind =
  | "genesis"
  | "epoch"
  | "ledger"
  | "share"
  | "stream"
  | "leaf"
  | "settled"
  | "forgotten"
  | "acknowledged";

/** A place in a chain. */
export interface Mark {
  readonly sequence: number;
  /** 32 bytes */
  readonly hash: Uint8Array;
}

/** Before the first entry. */
export const origin: Mark = { sequence: 0, hash: new Uint8Array(32) };

const LABEL = utf8("paceline ledger chain v1\n");

export async function chainHash(
  crypto: Crypto,
  before: Uint8Array,
  { sequence, kind, body }: Omit<ChainEntry, "hash">,
): Promise<Uint8Array> {
  const rest = new Writer().fixed(before).u64(sequence).opaque8(utf8(kind)).opaque32(utf8(body)).done();
  return await crypto.sha256(new Writer().fixed(LABEL).fixed(rest).done());
}

/**
 * Appends in the transaction of what it tells about.
 * @param sequence given after an acknowledgement only: beyond every head that was lost
 */
export async function appendChain(
  rows: ChainRows,
  crypto: Crypto,
  kind: ChainKind,
  content: { readonly [key: string]: Json },
  sequence?: number,
): Promise<ChainEntry> {
  const before = await headOf(rows);
  const next = { sequence: sequence ?? before.sequence + 1, kind, body: canonicalJson(content) };
  const entry = { ...next, hash: await chainHash(crypto, before.hash, next) };
  await rows.addChainEntry(entry);
  return entry;
}

/** Whose ledger it is: its first entry. */
export async function appendGenesis(
  rows: ChainRows,
  crypto: Crypto,
  { role, key }: { readonly role: string; readonly key: Uint8Array },
): Promise<void> {
  await appendChain(rows, crypto, "genesis", { role, key: toBase64Url(key) });
}

export async function headOf(rows: ChainRows): Promise<Mark> {
  const last = await rows.chainHead();
  return last === undefined ? origin : { sequence: last.sequence, hash: last.hash };
}

/** How a ledger event reads in the chain: all of its fields. */
export function eventContent(event: LedgerEvent): { readonly [key: string]: Json } {
  const content: { [key: string]: Json } = {};
  for (const [name, value] of Object.entries(event))
    content[name] =
      value instanceof Uint8Array ? toBase64Url(value) : typeof value === "bigint" ? `${value}` : (value as Json);
  return content;
}

export const markJson = ({ sequence, hash }: Mark) => ({ sequence, hash: toBase64Url(hash) });

export const sameMark = (a: Mark, b: Mark): boolean => a.sequence === b.sequence && equalBytes(a.hash, b.hash);

/**
 * Whether a place that this ledger once had is still in its past: on the chain, or named by an operator's
 * acknowledgement as lost.
 */
export async function isPast(rows: ChainRows, mark: Mark): Promise<boolean> {
  if (mark.sequence === 0) return true;
  const entry = await rows.chainEntry(mark.sequence);
  if (entry !== undefined && equalBytes(entry.hash, mark.hash)) return true;
  for (const { body } of await rows.chainOf("acknowledged")) {
    const { lost } = JSON.parse(body) as { lost: readonly { sequence: number; hash: string }[] };
    if (lost.some((one) => sameMark({ sequence: one.sequence, hash: fromBase64Url(one.hash) }, mark))) return true;
  }
  return false;
}
