// The audit log's Merkle tree: RFC 6962 section 2 over SHA-256. Leaves are public facts of releases, never member data.
import { concat, equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";

export async function leafHash(crypto: Crypto, leaf: Uint8Array): Promise<Uint8Array> {
  return await crypto.sha256(concat(Uint8Array.of(0), leaf));
}

async function nodeHash(crypto: Crypto, left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return await crypto.sha256(concat(Uint8Array.of(1), left, right));
}

/** The largest power of two below `n`, n > 1. */
function split(n: number): number {
  let k = 1;
  while (k * 2 < n) k *= 2;
  return k;
}

/** Root of the tree over leaf hashes; of no leaves, the hash of the empty string. */
export async function rootOf(crypto: Crypto, hashes: readonly Uint8Array[]): Promise<Uint8Array> {
  if (hashes.length === 0) return await crypto.sha256(new Uint8Array(0));
  if (hashes.length === 1) return hashes[0] as Uint8Array;
  const k = split(hashes.length);
  return await nodeHash(crypto, await rootOf(crypto, hashes.slice(0, k)), await rootOf(crypto, hashes.slice(k)));
}

/** Audit path of leaf `index`, from the leaf up. @throws PacelineError not_found when there is no such leaf. */
export async function inclusionProof(
  crypto: Crypto,
  hashes: readonly Uint8Array[],
  index: number,
): Promise<Uint8Array[]> {
  if (index < 0 || index >= hashes.length) fail("not_found", `the log has ${hashes.length} leaves, not leaf ${index}`);
  if (hashes.length === 1) return [];
  const k = split(hashes.length);
  return index < k
    ? [...(await inclusionProof(crypto, hashes.slice(0, k), index)), await rootOf(crypto, hashes.slice(k))]
    : [...(await inclusionProof(crypto, hashes.slice(k), index - k)), await rootOf(crypto, hashes.slice(0, k))];
}

/** Whether `leaf` stands at `index` in the tree of `size` leaves with this root (RFC 9162 section 2.1.3.2). */
export async function verifyInclusion(
  crypto: Crypto,
  {
    leaf,
    index,
    size,
    root,
    proof,
  }: {
    readonly leaf: Uint8Array;
    readonly index: number;
    readonly size: number;
    readonly root: Uint8Array;
    readonly proof: readonly Uint8Array[];
  },
): Promise<boolean> {
  if (index < 0 || index >= size) return false;
  let node = index;
  let last = size - 1;
  let hash = await leafHash(crypto, leaf);
  for (const sibling of proof) {
    if (last === 0) return false;
    if (node % 2 === 1 || node === last) {
      hash = await nodeHash(crypto, sibling, hash);
      while (node % 2 === 0 && node !== 0) {
        node = Math.floor(node / 2);
        last = Math.floor(last / 2);
      }
    } else hash = await nodeHash(crypto, hash, sibling);
    node = Math.floor(node / 2);
    last = Math.floor(last / 2);
  }
  return last === 0 && equalBytes(hash, root);
}
