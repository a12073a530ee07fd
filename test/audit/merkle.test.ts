import { describe, expect, test } from "vitest";
import { leafHash, newMerkleTree, verifyInclusion } from "../../src/audit/merkle.ts";
import { concat, fromHex, toHex, utf8 } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import type { Crypto } from "../../src/ports/crypto.ts";

const sha = nodeCrypto.sha256;

/** RFC 6962 section 2.1, as it is written: an implementation of its own. */
function treeHash(leaves: readonly Uint8Array[]): Uint8Array {
  if (leaves.length === 0) return sha(new Uint8Array(0));
  if (leaves.length === 1) return sha(concat(Uint8Array.of(0), leaves[0] as Uint8Array));
  const k = 2 ** Math.floor(Math.log2(leaves.length - 1));
  return sha(concat(Uint8Array.of(1), treeHash(leaves.slice(0, k)), treeHash(leaves.slice(k))));
}

// The data of Certificate Transparency's own reference tests, with the roots they publish.
const known = ["", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f"].map(
  fromHex,
);
const roots = [
  "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
  "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
  "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
  "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
  "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
  "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
  "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
  "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
];
async function treeOf(leaves: readonly Uint8Array[], crypto: Crypto = nodeCrypto) {
  const tree = newMerkleTree(crypto);
  for (const leaf of leaves) await tree.append(leaf);
  return tree;
}
const rootOf = async (leaves: readonly Uint8Array[]) => await (await treeOf(leaves)).root();

test("the published roots", async () => {
  expect(toHex(await rootOf([]))).toBe("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  for (const [i, root] of roots.entries()) expect(toHex(await rootOf(known.slice(0, i + 1)))).toBe(root);
});

describe("sizes 0 to 65", () => {
  const leaves = Array.from({ length: 65 }, (_, i) => utf8(`leaf ${i}`));

  test("roots agree with the definition", async () => {
    const tree = newMerkleTree(nodeCrypto);
    for (let size = 0; size <= 65; size++) {
      expect([tree.size, await tree.root()]).toEqual([size, treeHash(leaves.slice(0, size))]);
      if (size < 65) await tree.append(leaves[size] as Uint8Array);
    }
  });

  test("every leaf's proof verifies, at its place only", async () => {
    for (let size = 1; size <= 65; size++) {
      const tree = await treeOf(leaves.slice(0, size));
      const root = await tree.root();
      for (let index = 0; index < size; index++) {
        const proof = await tree.proof(index);
        expect(proof.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
        const claim = { leaf: leaves[index] as Uint8Array, index, size, root, proof };
        expect(await verifyInclusion(nodeCrypto, claim)).toBe(true);
        for (const other of [index - 1, index + 1])
          expect(await verifyInclusion(nodeCrypto, { ...claim, index: other })).toBe(false);
      }
    }
  });

  test("a proof that was tampered with does not verify", async () => {
    for (const size of [1, 2, 7, 33, 65]) {
      const tree = await treeOf(leaves.slice(0, size));
      const root = await tree.root();
      for (const index of new Set([0, size >> 1, size - 1])) {
        const proof = await tree.proof(index);
        const claim = { leaf: leaves[index] as Uint8Array, index, size, root, proof };
        const wrong = [
          { ...claim, leaf: utf8("another leaf") },
          { ...claim, root: sha(root) },
          { ...claim, proof: [...proof, root] },
          { ...claim, proof: [...proof, ...proof, root] },
          ...(proof.length > 0
            ? [
                { ...claim, proof: proof.slice(1) },
                { ...claim, proof: proof.slice(0, -1) },
              ]
            : []),
          ...(proof.length > 1 ? [{ ...claim, proof: [...proof].reverse() }] : []),
          ...proof.map((_, i) => ({ ...claim, proof: proof.map((hash, j) => (i === j ? sha(hash) : hash)) })),
          { ...claim, size: size * 4 },
          { ...claim, index: -1 },
          { ...claim, index: size },
        ];
        for (const one of wrong) expect(await verifyInclusion(nodeCrypto, one)).toBe(false);
      }
    }
  });

  test("an inner node does not pass for a leaf", async () => {
    const hashes = await Promise.all(leaves.slice(0, 4).map((leaf) => leafHash(nodeCrypto, leaf)));
    const [a, b, c, d] = hashes as [Uint8Array, Uint8Array, Uint8Array, Uint8Array];
    const root = await rootOf(leaves.slice(0, 4));
    const right = sha(concat(Uint8Array.of(1), c, d));
    expect(await verifyInclusion(nodeCrypto, { leaf: concat(a, b), index: 0, size: 2, root, proof: [right] })).toBe(
      false,
    );
  });
});

test("there is no proof for a leaf that is not there", async () => {
  for (const [size, index] of [
    [0, 0],
    [3, 3],
    [3, -1],
    [3, Number.NaN],
  ] as const)
    await expect((await treeOf(known.slice(0, size))).proof(index)).rejects.toMatchObject({ code: "not_found" });
});

test("a leaf, a root and a proof cost at most two hashes a level, whatever the size", async () => {
  let hashes = 0;
  const counting: Crypto = {
    ...nodeCrypto,
    sha256(data) {
      hashes += 1;
      return nodeCrypto.sha256(data);
    },
  };
  const size = 20_001;
  const tree = await treeOf(
    Array.from({ length: size }, (_, i) => utf8(`leaf ${i}`)),
    counting,
  );
  expect(hashes).toBeLessThan(2 * size);
  const levels = Math.ceil(Math.log2(size));
  const root = await tree.root();
  for (const index of [0, 1, 9_999, 16_383, 16_384, size - 2, size - 1]) {
    hashes = 0;
    const proof = await tree.proof(index);
    expect(hashes).toBeLessThanOrEqual(levels);
    expect(await verifyInclusion(nodeCrypto, { leaf: utf8(`leaf ${index}`), index, size, root, proof })).toBe(true);
  }
  hashes = 0;
  await tree.root();
  expect(hashes).toBeLessThanOrEqual(levels);
});
