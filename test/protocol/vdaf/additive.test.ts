import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newBatchSum } from "../../../src/aggregate/sum.ts";
import { fromHex, toHex } from "../../../src/base/bytes.ts";
import { fromWords, toWords, type Width, widths } from "../../../src/math/words.ts";
import { nodeKeystream } from "../../../src/platform/node/index.ts";
import { webKeystream } from "../../../src/platform/web/index.ts";
import { decodeVdaf, encodeVdaf } from "../../../src/protocol/dap/vdaf-configuration.ts";
import { sumsInPlace } from "../../../src/protocol/masks.ts";
import { AdditiveSum } from "../../../src/protocol/vdaf/additive/additive-sum.ts";
import { maskKey } from "../../../src/protocol/vdaf/additive/mask-key.ts";
import { newAdditiveSharder } from "../../../src/protocol/vdaf/additive/sharder.ts";
import type { AdditiveParameters } from "../../../src/protocol/vdaf/parameters.ts";
import { decodePingPong, helperRespond, leaderFinish, leaderInit } from "../../../src/protocol/vdaf/ping-pong.ts";
import { sharedPrio3 } from "../../../src/protocol/vdaf/shared.ts";

const ctx = Uint8Array.of(1, 2, 3);
const verifyKey = new Uint8Array(32).fill(9);
const nonceOf = (i: number) => new Uint8Array(16).fill(i);
const seedOf = (i: number) => new Uint8Array(32).fill(i);
const parametersOf = (length: number, bits: Width): AdditiveParameters => ({ type: "AdditiveSum", length, bits });
const sumMasks = sumsInPlace(nodeKeystream);
const summing = { sumMasks };

/** Both aggregators' way of one report, messages and all. */
async function through(parameters: AdditiveParameters, measurement: readonly number[], i: number) {
  const vdaf = new AdditiveSum(parameters);
  const { publicShare, inputShares } = await newAdditiveSharder(parameters, nodeKeystream).shard(
    ctx,
    measurement,
    nonceOf(i),
    seedOf(i),
  );
  const report = (id: 0 | 1) => ({
    ...{ verifyKey, ctx, nonce: nonceOf(i), publicShare },
    inputShare: inputShares[id] as Uint8Array,
  });
  const { state, message } = leaderInit(vdaf, report(0));
  const helper = helperRespond(vdaf, report(1), message);
  const kept = vdaf.decodeState(vdaf.encodeState(state));
  return { leader: leaderFinish(vdaf, kept, helper.message), helper: helper.outputShare, inputShares };
}

async function unmasked(parameters: AdditiveParameters, shares: readonly Awaited<ReturnType<typeof through>>[]) {
  const [leader, helper] = (["leader", "helper"] as const).map((role) => newBatchSum(parameters, role, summing));
  await leader?.add(shares.map((share) => share.leader));
  await helper?.add(shares.map((share) => share.helper));
  const [a, b] = [leader?.elements() ?? [], helper?.elements() ?? []];
  return a.map((x, i) => BigInt.asIntN(parameters.bits, x + (b[i] as bigint)));
}

test("shares add up to the sum, modulo 2^bits, with negative numbers and at the edges", async () => {
  for (const bits of widths) {
    const edge = bits === 64 ? Number.MAX_SAFE_INTEGER : 2 ** (bits - 1) - 1;
    const vectors = [
      [0, 1, -1, edge, -edge],
      [0, 0, 0, 0, 0],
      [5, -7, 1, 0, 3],
      [-5, 7, 12, 0, -3],
    ];
    const parameters = parametersOf(5, bits);
    const shares = await Promise.all(vectors.map((vector, i) => through(parameters, vector, i)));
    const wanted = [0, 1, 12, edge, -edge].map(BigInt);
    expect(await unmasked(parameters, shares)).toEqual(wanted);
    // One by one, and as if some were taken back.
    expect(await unmasked(parameters, shares.slice(1, 2))).toEqual([0n, 0n, 0n, 0n, 0n]);
    expect(await unmasked(parameters, [])).toEqual([0n, 0n, 0n, 0n, 0n]);
  }
});

test("our own vectors stay what they are, on every engine's AES", async () => {
  const vectors: readonly (readonly [Width, string])[] = [
    [16, "97f6b5a2c077"],
    [32, "97f6b6a29276a9dd1b0869b0"],
    [64, "97f6b6a29376a9dded0669b02b995a9e913073dc999470a3"],
  ];
  expect(toHex(maskKey(ctx, nonceOf(3), seedOf(4)))).toBe(
    "ea91ff04d5ed7c329b96439c38753f8588a58b24c2ef06f4978fbd24a92fc4f1",
  );
  for (const [bits, leader] of vectors)
    for (const keystream of [nodeKeystream, webKeystream]) {
      const sharder = newAdditiveSharder(parametersOf(3, bits), keystream);
      const { publicShare, inputShares } = await sharder.shard(ctx, [1, -2, 300], nonceOf(3), seedOf(4));
      expect(publicShare).toHaveLength(0);
      expect(toHex(inputShares[0] as Uint8Array)).toBe(leader);
      expect(inputShares[1]).toEqual(seedOf(4));
    }
  expect(encodeVdaf(parametersOf(3, 16))).toEqual({ type: 0xfffffffe, configuration: fromHex("0000000310") });
});

test("a seed gives another mask in another task, report, or bit of it", () => {
  const keys = new Set<string>();
  const add = (...args: Parameters<typeof maskKey>) => keys.add(toHex(maskKey(...args)));
  add(ctx, nonceOf(1), seedOf(1));
  add(Uint8Array.of(1, 2, 4), nonceOf(1), seedOf(1));
  add(Uint8Array.of(1, 2), nonceOf(1), seedOf(1));
  add(ctx, nonceOf(2), seedOf(1));
  add(ctx, nonceOf(1), seedOf(2));
  for (let bit = 0; bit < 256; bit++) {
    const seed = seedOf(1);
    seed[bit >> 3] = 1 ^ (1 << (bit & 7));
    if ((seed[bit >> 3] as number) !== 1) add(ctx, nonceOf(1), seed);
  }
  expect(keys.size).toBe(5 + 256);
});

test("the leader's words are uniform, whatever the vector", async () => {
  const parameters = parametersOf(4096, 16);
  const counts = new Float64Array(256);
  for (let i = 0; i < 16; i++) {
    const { inputShares } = await through(parameters, new Array<number>(4096).fill(7), i);
    for (const byte of inputShares[0] as Uint8Array) counts[byte] = (counts[byte] as number) + 1;
  }
  const expected = (16 * 8192) / 256;
  const chi = counts.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0);
  // 255 degrees of freedom: beyond 370 with probability below 10^-5.
  expect(chi).toBeLessThan(370);
});

describe("what is no share is refused", () => {
  const parameters = parametersOf(4, 32);
  const vdaf = new AdditiveSum(parameters);

  test("garbage of any length but the right one, as any message", () => {
    const bytes = fc.uint8Array({ maxLength: 40 });
    const report = { verifyKey, ctx, nonce: nonceOf(1), publicShare: new Uint8Array(0) };
    const codes = /^(invalid_message|verification_failed)$/;
    const blamed = (work: () => unknown) => {
      try {
        work();
      } catch (error) {
        expect((error as { code: string }).code).toMatch(codes);
        return true;
      }
      return false;
    };
    fc.assert(
      fc.property(bytes, bytes, (share, other) => {
        expect(blamed(() => leaderInit(vdaf, { ...report, inputShare: share }))).toBe(share.length !== 16);
        expect(blamed(() => leaderInit(vdaf, { ...report, publicShare: other, inputShare: new Uint8Array(16) }))).toBe(
          other.length !== 0,
        );
        const opening = leaderInit(vdaf, { ...report, inputShare: new Uint8Array(16) }).message;
        expect(blamed(() => helperRespond(vdaf, { ...report, inputShare: share }, opening))).toBe(share.length !== 32);
        blamed(() => helperRespond(vdaf, { ...report, inputShare: seedOf(1) }, other));
        expect(blamed(() => vdaf.decodeState(share))).toBe(share.length !== 16);
        blamed(() => leaderFinish(vdaf, vdaf.decodeState(new Uint8Array(16)), other));
      }),
    );
  });

  test("messages hold nothing", async () => {
    const { message } = leaderInit(vdaf, {
      ...{ verifyKey, ctx, nonce: nonceOf(1), publicShare: new Uint8Array(0), inputShare: new Uint8Array(16) },
    });
    expect(decodePingPong(message)).toEqual({ type: "initialize", verifierShare: new Uint8Array(0) });
    expect(message).toHaveLength(5);
  });

  test("measurements of another length or that are no integers, before anything is drawn from the seed", async () => {
    const sharder = newAdditiveSharder(parameters, () => expect.unreachable("a mask was made"));
    for (const bad of [[1, 2, 3], [1, 2, 3, 4, 5], [1, 2, 3, 0.5], [1, 2, 3, Number.NaN], [1, 2, 3, 2 ** 53], 7, []])
      await expect(sharder.shard(ctx, bad, nonceOf(1), seedOf(1))).rejects.toMatchObject({
        code: "invalid_measurement",
      });
    const good = newAdditiveSharder(parameters, nodeKeystream);
    for (const [nonce, rand] of [
      [new Uint8Array(15), seedOf(1)],
      [nonceOf(1), new Uint8Array(31)],
    ] as const)
      await expect(good.shard(ctx, [1, 2, 3, 4], nonce, rand)).rejects.toMatchObject({ code: "invalid_argument" });
  });

  test("parameters out of range, in a configuration too", () => {
    for (const bad of [
      { length: 0, bits: 32 },
      { length: 2 ** 20 + 1, bits: 32 },
      { length: 1.5, bits: 32 },
      { length: 4, bits: 8 },
      { length: 4, bits: 128 },
    ])
      expect(() => new AdditiveSum({ type: "AdditiveSum", ...bad } as AdditiveParameters)).toThrow(
        expect.objectContaining({ code: "invalid_argument" }),
      );
    for (const configuration of ["", "00000003", "0000000311", "000000031000"])
      expect(() => decodeVdaf(0xfffffffe, fromHex(configuration))).toThrow(
        expect.objectContaining({ code: "invalid_message" }),
      );
    expect(() => sharedPrio3(parameters)).toThrow(expect.objectContaining({ code: "unsupported" }));
  });
});

test("sums of masks in any order and grouping, over the pieces of a long vector, are one", async () => {
  const length = 2 ** 17 + 3;
  const keys = [1, 2, 3, 4, 5].map(seedOf);
  for (const bits of widths) {
    const whole = await sumMasks(bits, length, keys);
    const parts = new Uint8Array(whole.length);
    for (const key of keys.toReversed()) {
      const one = await sumMasks(bits, length, [key]);
      const [a, b] = [fromWords(parts, bits), fromWords(one, bits)];
      if (bits === 64)
        parts.set(new Uint8Array(BigInt64Array.from(a, (x, i) => BigInt.asIntN(64, x + (b[i] as bigint))).buffer));
      else
        parts.set(
          toWords(
            a.map((x, i) => Number(x + (b[i] as bigint))),
            bits,
          ),
        );
    }
    expect(Buffer.compare(whole, parts)).toBe(0);
  }
});
