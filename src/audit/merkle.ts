// The audit log's Merkle tree: RFC 6962 section 2 over SHA-256. Leaves are public facts of releases, never member data.
import { concat, equalBytes } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";

/** All that a tree takes. */
type Hash = Pick<Crypto, "sha256">;

export async function leafHash(crypto: Hash, leaf: Uint8Array): Promise<Uint8Array> {
  return await crypto.sha256(concat(Uint8Array.of(0), leaf));
}

async function nodeHash(crypto: Hash, left: Uint8Array, right: Uint8Array): Promise<Uint8Array> {
  return await crypto.sha256(concat(Uint8Array.of(1), left, right));
}

/** A tree that grows at its end. Roots and proofs cost as many hashes as it has levels, whatever its size. */
export interface MerkleTree {
  readonly size: number;
  /** @returns the leaf's hash */
  append(leaf: Uint8Array): Promise<Uint8Array>;
  /** Of no leaves, the hash of the empty string. */
  root(): Promise<Uint8Array>;
  /** Audit path of leaf `index`, from the leaf up. @throws PacelineError not_found when there is no such leaf. */
  proof(index: number): Promise<Uint8Array[]>;
}

export function newMerkleTree(crypto: Hash): MerkleTree {
  /** Hashes of the complete subtrees, by height: of 2^k leaves at k. */
  const complete: Uint8Array[][] = [[]];
  const size = () => complete[0]?.length ?? 0;
  /** The complete subtree of height k that ends the tree, if there is one: a set bit of the size. */
  const peak = (k: number) => ((complete[k]?.length ?? 0) % 2 === 1 ? complete[k]?.at(-1) : undefined);
  /** The right edge below height k with the peak there, as one subtree. */
  const joined = async (k: number, edge: Uint8Array | undefined): Promise<Uint8Array | undefined> => {
    const own = peak(k);
    if (own === undefined || edge === undefined) return own ?? edge;
    return await nodeHash(crypto, own, edge);
  };
  return {
    get size() {
      return size();
    },
    async append(leaf) {
      const added = [await leafHash(crypto, leaf)];
      for (let k = 0; ; k++) {
        const left = peak(k);
        if (left === undefined) break;
        added.push(await nodeHash(crypto, left, added[k] as Uint8Array));
      }
      for (const [k, hash] of added.entries()) {
        complete[k] ??= [];
        complete[k].push(hash);
      }
      return added[0] as Uint8Array;
    },
    async root() {
      let edge: Uint8Array | undefined;
      for (let k = 0; k < complete.length; k++) edge = await joined(k, edge);
      return edge ?? (await crypto.sha256(new Uint8Array(0)));
    },
    async proof(index) {
      if (!(index >= 0 && index < size())) fail("not_found", `the log has ${size()} leaves, not leaf ${index}`);
      const path: Uint8Array[] = [];
      let edge: Uint8Array | undefined;
      for (let k = 0, node = index; k < complete.length; k++, node = Math.floor(node / 2)) {
        const row = complete[k] as Uint8Array[];
        const sibling = node % 2 === 0 ? node + 1 : node - 1;
        // Beyond the complete ones there is at most one more at each height, the right edge.
        const hash = sibling < row.length ? row[sibling] : sibling === row.length ? edge : undefined;
        if (hash !== undefined) path.push(hash);
        edge = await joined(k, edge);
      }
      return path;
    },
  };
}

export interface Inclusion {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly proof: readonly Uint8Array[];
}

/**
 * The root of the one tree of `size` leaves in which `leaf` stands at `index` with this audit path (RFC 9162 section
 * 2.1.3.2), or undefined when no tree of that size has a path of that length there.
 */
export async function rootOfInclusion(
  crypto: Hash,
  { leaf, index, size, proof }: Inclusion,
): Promise<Uint8Array | undefined> {
  if (index < 0 || index >= size) return undefined;
  let node = index;
  let last = size - 1;
  let hash = await leafHash(crypto, leaf);
  for (const sibling of proof) {
    if (last === 0) return undefined;
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
  return last === 0 ? hash : undefined;
}

/** Whether `leaf` stands at `index` in the tree of `size` leaves with this root. */
export async function verifyInclusion(
  crypto: Hash,
  { root, ...inclusion }: Inclusion & { readonly root: Uint8Array },
): Promise<boolean> {
  const found = await rootOfInclusion(crypto, inclusion);
  return found !== undefined && equalBytes(found, root);
}
