// The audit log as anyone reads it. Its tree is kept in memory and grows with the log, so that a proof costs the same
// however long the log is; a checkpoint is signed once for each size that somebody asks about.
import { newMerkleTree } from "../audit/merkle.ts";
import { concat, utf8 } from "../base/bytes.ts";
import { Writer } from "../base/codec.ts";
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

/** What a checkpoint's signature covers. */
function checkpointBytes(size: number, root: Uint8Array): Uint8Array {
  return concat(utf8("paceline checkpoint v1\n"), new Writer().u64(size).fixed(root).done());
}

/** Leaves in memory at a time while the tree catches up. */
const TOGETHER = 1000;

/** @returns answers about leaf `index`, @throws PacelineError not_found when there is no such leaf */
export function newAudit(
  store: Store<ReleaseRows>,
  crypto: Crypto,
  signer: Signer,
): (index: number) => Promise<AuditAnswer> {
  const tree = newMerkleTree(crypto);
  let last: Checkpoint | undefined;
  let turn: Promise<unknown> = Promise.resolve();

  async function catchUp(size: number): Promise<void> {
    while (tree.size < size)
      for (const leaf of await store.read((rows) => rows.leavesFrom(tree.size, Math.min(TOGETHER, size - tree.size))))
        await tree.append(leaf);
  }

  async function checkpoint(): Promise<Checkpoint> {
    if (last?.size === tree.size) return last;
    const root = await tree.root();
    last = { size: tree.size, root, signature: await signer.sign(checkpointBytes(tree.size, root)) };
    return last;
  }

  async function answer(index: number): Promise<AuditAnswer> {
    const { size, found } = await store.read(async (rows) => ({
      size: await rows.leafCount(),
      found: index >= 0 ? await rows.leavesFrom(index, 1) : [],
    }));
    const leaf = found[0] ?? fail("not_found", `the log has ${size} leaves, not leaf ${index}`);
    await catchUp(size);
    return { leaf, index, proof: await tree.proof(index), ...(await checkpoint()) };
  }

  // One at a time: the tree that a proof is taken from must not grow meanwhile.
  return (index) => {
    const next = turn.then(() => answer(index));
    turn = next.catch(() => undefined);
    return next;
  };
}
