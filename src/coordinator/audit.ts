// The audit log as anyone reads it. Its tree is kept in memory and grows with the log, so that a proof costs the same
// however long the log is; a checkpoint is signed once for each size that somebody asks about.
import { checkpointBytes } from "../audit/checkpoint.ts";
import { leafHash, newMerkleTree } from "../audit/merkle.ts";
import { toBase64Url } from "../base/bytes.ts";
import { fail } from "../base/errors.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { Signer } from "../ports/signer.ts";
import type { Store } from "../ports/store.ts";
import type { ReleaseRows } from "../release/store.ts";

export interface AuditAnswer {
  readonly leaf: Uint8Array;
  readonly index: number;
  readonly size: number;
  readonly root: Uint8Array;
  readonly proof: readonly Uint8Array[];
  readonly signature: Uint8Array;
}

interface Checkpoint {
  readonly size: number;
  readonly root: Uint8Array;
  readonly signature: Uint8Array;
}

/** Leaves in memory at a time while the tree catches up. */
const TOGETHER = 1000;

/** @returns answers about the leaf at an index, or with this content. @throws PacelineError not_found when there is no such leaf */
export function newAudit(
  store: Store<ReleaseRows>,
  crypto: Crypto,
  signer: Signer,
): (which: number | Uint8Array) => Promise<AuditAnswer> {
  const tree = newMerkleTree(crypto);
  /** Hash of a leaf in base64url → its index. */
  const places = new Map<string, number>();
  let last: Checkpoint | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function catchUp(size: number): Promise<void> {
    while (tree.size < size)
      for (const leaf of await store.read((rows) => rows.leavesFrom(tree.size, Math.min(TOGETHER, size - tree.size))))
        places.set(toBase64Url(await tree.append(leaf)), tree.size - 1);
  }

  async function checkpoint(): Promise<Checkpoint> {
    if (last?.size === tree.size) return last;
    const root = await tree.root();
    last = { size: tree.size, root, signature: await signer.sign(checkpointBytes(tree.size, root)) };
    return last;
  }

  async function placeOf(leaf: Uint8Array): Promise<number> {
    await catchUp(await store.read((rows) => rows.leafCount()));
    return places.get(toBase64Url(await leafHash(crypto, leaf))) ?? fail("not_found", "the log has no such leaf");
  }

  async function answer(which: number | Uint8Array): Promise<AuditAnswer> {
    const index = typeof which === "number" ? which : await placeOf(which);
    const { size, found } = await store.read(async (rows) => ({
      size: await rows.leafCount(),
      found: index >= 0 ? await rows.leavesFrom(index, 1) : [],
    }));
    const leaf = found[0] ?? fail("not_found", `the log has ${size} leaves, not leaf ${index}`);
    await catchUp(size);
    return { leaf, index, proof: await tree.proof(index), ...(await checkpoint()) };
  }

  // One at a time: the tree that a proof is taken from must not grow meanwhile.
  return (which) => {
    const next = turn.then(() => answer(which));
    turn = next.catch(() => undefined);
    return next;
  };
}
