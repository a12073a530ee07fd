// Every message kind, byte strings that are none: a length more or less, an element at or above the modulus, at any place.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { isPacelineError } from "../../../src/base/errors.ts";
import { decodePingPong, encodePingPong } from "../../../src/protocol/vdaf/ping-pong.ts";
import { type AnyPrio3, build, bytes, ctx, everywhere, verifyKey } from "./support.ts";

const nonce = bytes("nonce", 16);

interface Kind {
  readonly name: string;
  readonly good: Uint8Array;
  /** Where field elements lie: [first byte, elements]. */
  readonly elements: readonly [number, number];
  readonly decode: (message: Uint8Array) => unknown;
}

/** All messages of one report, each with the call that decodes it. */
function kindsOf(prio3: AnyPrio3, sample: unknown): readonly Kind[] {
  const { publicShare, inputShares } = prio3.shard(ctx, sample, nonce, bytes("rand", prio3.randLength));
  const [leader, helper] = inputShares as [Uint8Array, Uint8Array];
  const init = (id: number, all: Uint8Array, own: Uint8Array) => prio3.verifyInit(verifyKey, ctx, id, nonce, all, own);
  const started = [init(0, publicShare, leader), init(1, publicShare, helper)] as const;
  const message = prio3.verifierSharesToMessage(ctx, [started[0].verifierShare, started[1].verifierShare]);
  const state = prio3.encodeState(started[0].state);
  const size = prio3.field.encodedSize;
  const count = (length: number): number => (length - prio3.sizes.verifierMessage) / size;
  const share = started[0].state.outputShare;
  const verifier = started[0].verifierShare;
  return [
    { name: "public share", good: publicShare, elements: [0, 0], decode: (x) => init(0, x, leader) },
    { name: "leader share", good: leader, elements: [0, count(leader.length)], decode: (x) => init(0, publicShare, x) },
    { name: "helper share", good: helper, elements: [0, 0], decode: (x) => init(1, publicShare, x) },
    {
      name: "verifier share",
      good: verifier,
      elements: [0, count(verifier.length)],
      decode: (x) => prio3.verifierSharesToMessage(ctx, [x, started[1].verifierShare]),
    },
    { name: "verifier message", good: message, elements: [0, 0], decode: (x) => prio3.verifyNext(started[0].state, x) },
    { name: "state", good: state, elements: [0, prio3.outputLength], decode: (x) => prio3.decodeState(x) },
    {
      name: "aggregate share",
      good: share,
      elements: [0, prio3.outputLength],
      decode: (x) => prio3.decodeAggregate(x),
    },
    {
      name: "aggregate share, added",
      good: share,
      elements: [0, prio3.outputLength],
      decode: (x) => prio3.accumulate(prio3.newAggregate(), x),
    },
  ];
}

const refused = expect.objectContaining({ code: "invalid_message" });

describe.each(everywhere)("$parameters.type on the $engine engine", ({ parameters, measurement, make }) => {
  const prio3 = build(parameters, 2, make);
  const kinds = kindsOf(prio3, fc.sample(measurement, { numRuns: 1, seed: 5 })[0]);
  const size = prio3.field.encodedSize;

  test.each(kinds)("$name: decodes, and not with a byte more or less", ({ good, decode }) => {
    expect(() => decode(good)).not.toThrow();
    const longer = new Uint8Array(good.length + 1);
    longer.set(good);
    expect(() => decode(longer)).toThrow(refused);
    expect(() => decode(new Uint8Array(2 * good.length + 1))).toThrow(refused);
    if (good.length === 0) return;
    expect(() => decode(good.subarray(1))).toThrow(refused);
    expect(() => decode(new Uint8Array(0))).toThrow(refused);
  });

  test.each(kinds.filter(({ elements }) => elements[1] > 0))("$name: no element may be p or more", (kind) => {
    const [first, count] = kind.elements;
    const tooLarge = [prio3.field.modulus, prio3.field.modulus + 1n, (1n << BigInt(8 * size)) - 1n];
    for (let element = 0; element < count; element++)
      for (const value of tooLarge) {
        const spoiled = kind.good.slice();
        for (let k = 0; k < size; k++) spoiled[first + element * size + k] = Number((value >> BigInt(8 * k)) & 255n);
        expect(() => kind.decode(spoiled), `element ${element}`).toThrow(refused);
      }
  });

  test("p - 1 is an element", () => {
    const [aggregate] = kinds.filter(({ name }) => name === "aggregate share") as [Kind];
    const top = aggregate.good.slice();
    for (let k = 0; k < size; k++) top[k] = Number(((prio3.field.modulus - 1n) >> BigInt(8 * k)) & 255n);
    expect(() => aggregate.decode(top)).not.toThrow();
  });

  test("state and aggregate shares come back as they were", () => {
    const of = (wanted: string): Uint8Array => (kinds.find(({ name }) => name === wanted) as Kind).good;
    expect(prio3.encodeState(prio3.decodeState(of("state")))).toEqual(of("state"));
    expect(prio3.encodeAggregate(prio3.decodeAggregate(of("aggregate share")))).toEqual(of("aggregate share"));
  });
});

test("ping-pong: whatever decodes encodes to the same bytes, and everything else is refused", () => {
  const arbitrary = fc.oneof(
    fc.uint8Array({ maxLength: 24 }),
    fc
      .tuple(fc.nat(3), fc.uint8Array({ maxLength: 5 }), fc.uint8Array({ maxLength: 5 }), fc.nat(2))
      .map(([type, a, b, extra]) =>
        Uint8Array.from([
          type,
          0,
          0,
          0,
          a.length,
          ...a,
          ...(type === 1 ? [0, 0, 0, b.length, ...b] : []),
          ...new Array<number>(extra >> 1).fill(0),
        ]),
      ),
  );
  let decoded = 0;
  fc.assert(
    fc.property(arbitrary, (wire) => {
      try {
        expect(encodePingPong(decodePingPong(wire))).toEqual(wire);
        decoded++;
      } catch (error) {
        if (!isPacelineError(error)) throw error;
        expect(error.code).toBe("invalid_message");
      }
    }),
    { numRuns: 400, seed: 1 },
  );
  expect(decoded).toBeGreaterThan(50);
});
