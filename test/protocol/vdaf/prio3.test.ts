// Prio3 end to end for every type: sums are right, nothing spoiled is counted, inputs stay as they were.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { isPacelineError } from "../../../src/base/errors.ts";
import { engines } from "../../spec/engines.ts";
import { build, bytes, ctx, everywhere, verifyKey, verifyReport } from "./support.ts";

const nonce = bytes("nonce", 16);

describe.each(everywhere)("$parameters.type on the $engine engine", ({ parameters, measurement, row, make }) => {
  test.each([2, 3, 4])("with %i shares the result is the plain sum", (shares) => {
    const prio3 = build(parameters, shares, make);
    fc.assert(
      fc.property(fc.array(measurement, { minLength: 1, maxLength: 4 }), fc.nat(), (batch, seed) => {
        const aggregates = Array.from({ length: shares }, () => prio3.newAggregate());
        batch.forEach((m, index) => {
          const reportNonce = bytes(`nonce ${seed} ${index}`, 16);
          const report = prio3.shard(ctx, m, reportNonce, bytes(`rand ${seed} ${index}`, prio3.randLength));
          verifyReport(prio3, reportNonce, report).forEach((output, id) => {
            prio3.accumulate(aggregates[id] as (typeof aggregates)[number], output);
          });
        });
        const encoded = aggregates.map((aggregate) => prio3.encodeAggregate(aggregate));
        const wanted = Array.from({ length: prio3.outputLength }, (_, k) =>
          batch.reduce<bigint>((sum, m) => sum + BigInt(row(m)[k] as number), 0n),
        );
        expect([prio3.unshard(encoded, batch.length)].flat()).toEqual(wanted);
      }),
      { numRuns: shares === 2 ? 25 : 8 },
    );
  });

  test("one flipped bit anywhere is refused or changes nothing", () => {
    const prio3 = build(parameters, 2, make);
    const sample = fc.sample(measurement, { numRuns: 1, seed: 7 })[0];
    const report = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
    const honest = verifyReport(prio3, nonce, report).map(toHex);
    const names = ["input share 0", "input share 1", "verifier share 0", "verifier share 1"];
    if (prio3.sizes.publicShare > 0) names.push("public share", "verifier message");
    let refused = 0;
    fc.assert(
      fc.property(fc.constantFrom(...names), fc.nat(), (target, position) => {
        const flip = (name: string, message: Uint8Array): Uint8Array => {
          if (name !== target) return message;
          const copy = message.slice();
          const bit = position % (8 * copy.length);
          copy[bit >> 3] = (copy[bit >> 3] as number) ^ (1 << (bit & 7));
          return copy;
        };
        try {
          expect(verifyReport(prio3, nonce, report, flip).map(toHex)).toEqual(honest);
        } catch (error) {
          if (!isPacelineError(error)) throw error;
          expect(["verification_failed", "invalid_message"]).toContain(error.code);
          refused++;
        }
      }),
      { numRuns: 80 },
    );
    expect(refused).toBe(80);
  });

  test("every message of another length is refused", () => {
    const prio3 = build(parameters, 2, make);
    const sample = fc.sample(measurement, { numRuns: 1, seed: 8 })[0];
    const report = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
    const names = [
      "public share",
      "input share 0",
      "input share 1",
      "verifier share 0",
      "verifier share 1",
      "verifier message",
    ];
    for (const target of names)
      for (const change of [-1, 1]) {
        const resize = (name: string, message: Uint8Array): Uint8Array =>
          name === target ? Uint8Array.from({ length: message.length + change }, (_, k) => message[k] ?? 0) : message;
        const empty = ["public share", "verifier message"].includes(target) && prio3.sizes.verifierMessage === 0;
        if (empty && change < 0) continue;
        expect(() => verifyReport(prio3, nonce, report, resize), `${target} ${change}`).toThrow(
          expect.objectContaining({ code: "invalid_message" }),
        );
      }
  });

  test("sizes are what the messages have", () => {
    const prio3 = build(parameters, 3, make);
    const sample = fc.sample(measurement, { numRuns: 1, seed: 9 })[0];
    const report = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
    expect(report.publicShare.length).toBe(prio3.sizes.publicShare);
    expect(report.inputShares.map((share) => share.length)).toEqual([
      prio3.sizes.leaderInputShare,
      prio3.sizes.helperInputShare,
      prio3.sizes.helperInputShare,
    ]);
    const seen = new Map<string, number>();
    const outputs = verifyReport(prio3, nonce, report, (name, message) => {
      seen.set(name, message.length);
      return message;
    });
    expect(seen.get("verifier share 2")).toBe(prio3.sizes.verifierShare);
    expect(seen.get("verifier message")).toBe(prio3.sizes.verifierMessage);
    expect(outputs[0]?.length).toBe(prio3.sizes.outputShare);
  });

  test("inputs are not mutated and outputs do not alias them", () => {
    const prio3 = build(parameters, 2, make);
    const sample = fc.sample(measurement, { numRuns: 1, seed: 10 })[0];
    const rand = bytes("rand", prio3.randLength);
    const inputs = [ctx, nonce, rand, verifyKey];
    const before = inputs.map(toHex);
    const sampleBefore = JSON.stringify(sample);
    const report = prio3.shard(ctx, sample, nonce, rand);
    const shares = [report.publicShare, ...report.inputShares];
    const sharesBefore = shares.map(toHex);
    const honest = verifyReport(prio3, nonce, report).map(toHex);
    expect(JSON.stringify(sample)).toBe(sampleBefore);
    expect(inputs.map(toHex)).toEqual(before);
    expect(shares.map(toHex)).toEqual(sharesBefore);
    // Buffers, whose slice() does not copy, over the same memory as the shares.
    const view = (share: Uint8Array): Uint8Array => Buffer.from(share.buffer, share.byteOffset, share.byteLength);
    const context = Buffer.from(ctx);
    const states = report.inputShares.map((share, id) =>
      prio3.verifyInit(verifyKey, context, id, nonce, view(report.publicShare), view(share)),
    );
    const message = prio3.verifierSharesToMessage(
      ctx,
      states.map((s) => s.verifierShare),
    );
    for (const share of [...shares, rand, context]) share.fill(0xff);
    expect(states.map((s) => toHex(prio3.verifyNext(s.state, message)))).toEqual(honest);
    const again = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
    expect([again.publicShare, ...again.inputShares].map(toHex)).toEqual(sharesBefore);
  });

  test("another context, nonce or verify key of one aggregator does not verify", () => {
    const prio3 = build(parameters, 2, make);
    const sample = fc.sample(measurement, { numRuns: 1, seed: 11 })[0];
    const report = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
    const [leaderShare, helperShare] = report.inputShares as [Uint8Array, Uint8Array];
    const leader = prio3.verifyInit(verifyKey, ctx, 0, nonce, report.publicShare, leaderShare);
    for (const [key, context, other] of [
      [bytes("other", 32), ctx, nonce],
      [verifyKey, bytes("other", 20), nonce],
      [verifyKey, ctx, bytes("other", 16)],
    ] as const) {
      const helper = prio3.verifyInit(key, context, 1, other, report.publicShare, helperShare);
      expect(() => prio3.verifierSharesToMessage(ctx, [leader.verifierShare, helper.verifierShare])).toThrow(
        expect.objectContaining({ code: "verification_failed" }),
      );
    }
  });
});

describe("arguments and aggregates", () => {
  const prio3 = build({ type: "Prio3Sum", maxMeasurement: 255 });
  const rand = bytes("rand", prio3.randLength);

  test("wrong sizes of nonce, rand and key are the caller's error", () => {
    const code = expect.objectContaining({ code: "invalid_argument" });
    expect(() => prio3.shard(ctx, 1, nonce.subarray(1), rand)).toThrow(code);
    expect(() => prio3.shard(ctx, 1, nonce, rand.subarray(1))).toThrow(code);
    expect(() => prio3.shard(new Uint8Array(65528), 1, nonce, rand)).toThrow(code);
    const { publicShare, inputShares } = prio3.shard(ctx, 1, nonce, rand);
    const [leader] = inputShares as [Uint8Array];
    expect(() => prio3.verifyInit(verifyKey.subarray(1), ctx, 0, nonce, publicShare, leader)).toThrow(code);
    expect(() => prio3.verifyInit(verifyKey, ctx, 0, nonce.subarray(1), publicShare, leader)).toThrow(code);
    for (const id of [-1, 2, 0.5])
      expect(() => prio3.verifyInit(verifyKey, ctx, id, nonce, publicShare, leader)).toThrow(code);
    for (const shares of [0, 1, 256, 2.5]) expect(() => build({ type: "Prio3Count" }, shares)).toThrow(code);
  });

  test.each(engines)("255 aggregators on the $name engine", ({ make }) => {
    const many = build({ type: "Prio3Histogram", length: 3, chunkLength: 2 }, 255, make);
    const report = many.shard(ctx, 1, nonce, bytes("rand", many.randLength));
    const outputs = verifyReport(many, nonce, report);
    expect(many.unshard(outputs, 1)).toEqual([0n, 1n, 0n]);
    const few = build({ type: "Prio3Count" }, 255, make);
    expect(few.unshard(verifyReport(few, nonce, few.shard(ctx, 1, nonce, bytes("rand", few.randLength))), 1)).toBe(1n);
  });

  test("the number of shares must fit", () => {
    const code = expect.objectContaining({ code: "invalid_message" });
    expect(() => prio3.verifierSharesToMessage(ctx, [])).toThrow(code);
    expect(() => prio3.unshard([new Uint8Array(8)], 1)).toThrow(code);
  });

  test("noise may make an aggregate negative; a batch that could wrap is refused", () => {
    const negative = prio3.newAggregate();
    const one = new Uint8Array(8);
    one[0] = 5;
    prio3.field.sub(1, negative, 0, 1, negative, 0, 1, prio3.decodeAggregate(one), 0, 1);
    const shares = [prio3.encodeAggregate(negative), new Uint8Array(8)];
    expect(prio3.unshard(shares, 0, { signed: true })).toBe(-5n);
    expect(prio3.unshard(shares, 0)).toBe(prio3.field.modulus - 5n);
    const wide = build({ type: "Prio3Sum", maxMeasurement: Number.MAX_SAFE_INTEGER });
    expect(wide.unshard([one, one], 1023)).toBe(10n);
    for (const count of [1024, -1, 0.5])
      expect(() => wide.unshard([one, one], count)).toThrow(expect.objectContaining({ code: "invalid_argument" }));
  });
});
