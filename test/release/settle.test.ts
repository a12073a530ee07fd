import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { fromUtf8, toBase64Url } from "../../src/base/bytes.ts";
import { nodeCrypto } from "../../src/platform/node/index.ts";
import { epsilonOfRho } from "../../src/privacy/accounting/zcdp.ts";
import { releaseDocument } from "../../src/release/document.ts";
import { reserve } from "../../src/release/reserve.ts";
import { combineShares, settle } from "../../src/release/settle.ts";
import type { QueryRow } from "../../src/release/store.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { proveManifest } from "../../src/task/prove.ts";
import { decodeRelease, encodeRelease } from "../../src/task/release.ts";
import { manifestOf, vectorManifest } from "../support/questions.ts";

const modulus = 2n ** 128n - 7n * 2n ** 66n + 1n;
const manifest = manifestOf();
const bytes = encodeManifest(manifest);
const task = new Uint8Array(32).fill(3);

async function reserved() {
  const store = memoryDatabase();
  const { rho, epochs } = proveManifest(manifest);
  const query = await store.transaction((rows) =>
    reserve(rows, {
      hash: "h",
      manifest: bytes,
      question: null,
      upload: manifest.upload,
      debit: { task, rho, epochs, mechanism: "{}" },
      caps: { whose: "helper" as const, epoch: 1n << 40n, year: 1n << 40n },
      at: 0,
    }),
  );
  return { store, query };
}
const shares = (leader: readonly bigint[], helper: readonly bigint[]) => ({ leader, helper, modulus });

describe("combineShares", () => {
  test("gives back any sum, negative ones too, however it was split", () => {
    const value = fc.maxSafeInteger();
    const share = fc.bigInt({ min: 0n, max: modulus - 1n });
    fc.assert(
      fc.property(fc.array(fc.tuple(value, share), { maxLength: 8 }), (pairs) => {
        const helper = pairs.map(([v, s]) => (((BigInt(v) - s) % modulus) + modulus) % modulus);
        expect(
          combineShares(
            pairs.map(([, s]) => s),
            helper,
            modulus,
          ),
        ).toEqual(pairs.map(([v]) => v + 0));
      }),
      { numRuns: 500, seed: 7 },
    );
  });

  test("shares of different batches do not pass for a sum", () => {
    expect(() => combineShares([modulus / 3n], [5n], modulus)).toThrow(
      expect.objectContaining({ code: "verification_failed" }),
    );
    expect(() => combineShares([2n ** 53n], [0n], modulus)).toThrow("plausible");
    expect(() => combineShares([modulus - 2n ** 53n], [0n], modulus)).toThrow("plausible");
    // Of words that nothing is proved of: the nearest, so that one device spoils a round and does not keep it open.
    const words = 2n ** 64n;
    const most = Number.MAX_SAFE_INTEGER;
    expect(combineShares([2n ** 62n, words - 2n ** 62n, 7n], [5n, 0n, words - 9n], words, "saturate")).toEqual([
      most,
      -most,
      -2,
    ]);
    expect(() => combineShares([1n], [1n, 2n], modulus)).toThrow(expect.objectContaining({ code: "internal" }));
  });
});

describe("settle", () => {
  test("stores the release with its audit leaf; asking again gives the same bytes and no other leaf", async () => {
    const { store, query } = await reserved();
    const first = await store.transaction((rows) =>
      settle(rows, nodeCrypto, query, shares([5n, modulus - 3n, 1n], [1n, 1n, 0n]), 7),
    );
    expect(decodeRelease(first)).toMatchObject({
      task: toBase64Url(task),
      values: [6, -2, 1],
      draws: 2,
      privacy: { epsilon: 1, delta: 0, unit: "member", neighbouring: "zero-out", mechanism: "discrete-laplace" },
    });
    const again = await store.transaction((rows) =>
      settle(rows, nodeCrypto, query, shares([9n, 9n, 9n], [9n, 9n, 9n]), 7),
    );
    expect(again).toEqual(first);
    await store.transaction(async (rows) => {
      expect((await rows.query("h"))?.state).toBe("settled");
      const leaves = await rows.leaves();
      expect(leaves).toHaveLength(1);
      expect(JSON.parse(fromUtf8(leaves[0] as Uint8Array))).toEqual({
        kind: "release",
        task: toBase64Url(task),
        query: "h",
        manifest: toBase64Url(nodeCrypto.sha256(bytes)),
        release: toBase64Url(nodeCrypto.sha256(first)),
        debit: { at: 0, rho: manifest.rho, epochs: [...proveManifest(manifest).epochs], mechanism: "{}" },
      });
    });
  });

  test("is refused without a debit, and leaves nothing", async () => {
    const store = memoryDatabase();
    const query: QueryRow = {
      hash: "h",
      task,
      state: "published",
      manifest: bytes,
      ...manifest.upload,
      envelope: "{}",
      release: null,
      question: null,
      settled: null,
    };
    await store.transaction((rows) => rows.putQuery(query));
    const attempt = store.transaction((rows) => settle(rows, nodeCrypto, query, shares([1n, 1n, 1n], [1n, 1n, 1n]), 7));
    await expect(attempt).rejects.toMatchObject({ code: "internal", message: "a release without a debit" });
    await store.transaction(async (rows) => {
      expect((await rows.query("h"))?.release).toBeNull();
      expect(await rows.leaves()).toEqual([]);
    });
  });

  test("is refused for a question nobody reserved", async () => {
    const { store, query } = await reserved();
    const stray = store.transaction((rows) => settle(rows, nodeCrypto, { ...query, hash: "x" }, shares([], []), 7));
    await expect(stray).rejects.toMatchObject({ code: "not_found" });
  });
});

describe("the document", () => {
  const caps = { week: 500_000_000n, year: 1_000_000_000n };

  test("says what all answers together may tell, whom it is about, and what its batch counts", () => {
    const { batch, privacy } = releaseDocument(manifest, task, [1], caps);
    expect(batch).toEqual({ atLeast: manifest.minBatch, counts: "reports, empty ones included" });
    expect(privacy.lifetime).toMatchObject({
      answer: { rho: privacy.rho, epsilon: privacy.epsilon },
      week: { rho: 0.5, epsilon: epsilonOfRho(0.5, 1e-6) },
      year: { rho: 1, epsilon: epsilonOfRho(1, 1e-6) },
      fiveYears: { rho: 5, epsilon: epsilonOfRho(5, 1e-6) },
    });
    expect(privacy.lifetime.says).toContain(`for one ${privacy.unit}`);
  });

  test("states ε of one aggregator's noise, or what its ρ implies at δ = 10⁻⁶", () => {
    const laplace = releaseDocument(manifest, task, [1], caps);
    expect(laplace.privacy.rho).toBe(Number(manifest.rho) / 1e9);
    const { privacy } = releaseDocument(vectorManifest(), task, [1], caps);
    const rho = privacy.rho;
    expect(rho).toBe(0.08); // 16 / (2 · 100)
    expect(privacy.delta).toBe(1e-6);
    // The classical conversion ρ + 2√(ρ ln(1/δ)) is an upper bound of the tight one.
    expect(privacy.epsilon).toBeLessThanOrEqual(rho + 2 * Math.sqrt(rho * Math.log(1e6)));
    expect(privacy.epsilon).toBeGreaterThan(rho);
  });

  test("reads back as it was, and nothing else is one", () => {
    const document = releaseDocument(manifest, task, [1, -2, 3], caps);
    expect(decodeRelease(encodeRelease(document))).toEqual(document);
    for (const change of [{ values: [1.5] }, { draws: 1 }, { extra: 1 }, { task: 5 }]) {
      const wrong = encodeRelease({ ...document, ...change } as never);
      expect(() => decodeRelease(wrong)).toThrow(expect.objectContaining({ code: "invalid_message" }));
    }
    expect(() => decodeRelease(Uint8Array.of(0xff))).toThrow("not UTF-8");
  });
});
