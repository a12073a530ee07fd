// Every message: bytes fixed for ever, one byte string for one value, and nothing that decodes by accident.
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { concat, toHex } from "../../../src/base/bytes.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import type { Message } from "../../../src/protocol/dap/message.ts";
import * as sets from "../../../src/protocol/secagg/member-set.ts";
import * as messages from "../../../src/protocol/secagg/messages.ts";
import { Opening, openingInput } from "../../../src/protocol/secagg/terms.ts";

const bytes = (length: number, first: number) => Uint8Array.from({ length }, (_, i) => (first + i) & 255);
const context = bytes(32, 0);
const advertisement = (index: number): messages.Advertisement => ({
  ...{ index, channelKey: bytes(32, 1), maskKey: bytes(32, 2), nonceHash: bytes(32, 3), seedHash: bytes(32, 4) },
  signature: bytes(64, 5),
});
const nonce = (index: number) => ({ index, nonce: bytes(32, 6), signature: bytes(64, 7) });
const sealed = (index: number) => ({ index, sealed: bytes(messages.SEALED_BYTES, 8) });
const signed = (index: number) => ({ index, signature: bytes(64, 9) });
const share = (index: number) => ({ index, share: bytes(40, 10) });
const set = Uint8Array.of(0b1010, 1);
const terms = {
  ...{ manifest: bytes(32, 11), model: bytes(32, 12), round: 70_000, corrupt: 1, survivors: 3, unopened: 2 },
  ...{ width: 64 as const, length: 65_536 },
};

/** Value, and SHA-256 of its bytes with their number: stored states and other versions depend on them. */
const samples: readonly (readonly [string, Message<unknown>, unknown, string])[] = (
  [
    ["Opening", Opening, { terms, roster: [bytes(32, 13), bytes(32, 14), bytes(32, 15)], signature: bytes(64, 16) }],
    ["AdvertiseKeys", messages.AdvertiseKeys, { context, advertisement: advertisement(258) }],
    ["KeyList", messages.KeyList, { context, advertisements: [advertisement(0), advertisement(16_383)] }],
    ["OpenNonce", messages.OpenNonce, { context, nonce: nonce(1) }],
    ["NonceList", messages.NonceList, { context, nonces: [nonce(1), nonce(2)] }],
    ["ShareKeys", messages.ShareKeys, { context, index: 3, shares: [sealed(1), sealed(2)], signature: bytes(64, 18) }],
    ["ShareDelivery", messages.ShareDelivery, { context, sharers: set, shares: [sealed(1), sealed(3)] }],
    ["MaskedInput", messages.MaskedInput, { context, index: 3, vector: bytes(12, 17), signature: bytes(64, 18) }],
    ["SurvivorList", messages.SurvivorList, { context, survivors: set }],
    ["SignSurvivors", messages.SignSurvivors, { context, signed: signed(3) }],
    ["SignatureList", messages.SignatureList, { context, signatures: [signed(1), signed(3)] }],
    ["Unmask", messages.Unmask, { context, index: 3, shares: [share(1), share(8)], signature: bytes(64, 18) }],
  ] as unknown as readonly (readonly [string, Message<unknown>, unknown])[]
).map(([name, message, value]) => [
  name,
  message,
  value,
  `${name} ${toHex(nodeCrypto.sha256(message.encode(value))).slice(0, 32)}`,
]);

test("golden vectors", () => {
  expect(samples.map(([, message, value, hash]) => `${hash} ${message.encode(value).length}`)).toMatchInlineSnapshot(`
    [
      "Opening abbf35317c5259cb412550a91bbd9cfe 241",
      "AdvertiseKeys fdbcf5d92bf0385183e81d19f1b6a449 227",
      "KeyList b6f176e83fe37f4f2ddebada3c1c07e1 423",
      "OpenNonce f86a120d6bac47d2b397dae5bd28e81f 131",
      "NonceList 3a138d63d432006f7009e1c7b7294298 231",
      "ShareKeys acba771ce1f1a21b1f98d2fe7117d425 297",
      "ShareDelivery 723ed048358a2bfb1fce906023ed3002 235",
      "MaskedInput 375977e090dd73205e6db8ae35cc3cfd 115",
      "SurvivorList 6ee1d3ecda4569abac4f2b0af4b36d27 37",
      "SignSurvivors f4feca1b155615f24583b0d8a78a744f 99",
      "SignatureList 77392a90ade03d7efb7c43c305213739 167",
      "Unmask 8c3d2f24c166875004911f796a8f21f4 185",
    ]
  `);
});

test("the layout, byte for byte, of a short one", () => {
  expect(
    toHex(
      messages.MaskedInput.encode({
        context,
        index: 3,
        vector: Uint8Array.of(1, 2, 3, 4),
        signature: new Uint8Array(64),
      }),
    ),
  ).toBe(`07${toHex(context)}00030000000401020304${"00".repeat(64)}`);
  expect(toHex(messages.SurvivorList.encode({ context, survivors: set }))).toBe(`08${toHex(context)}00020a01`);
});

describe.each(samples)("%s", (_, message, value) => {
  const encoded = message.encode(value);

  test("reads back", () => expect(message.decode(encoded)).toEqual(value));

  test("cut anywhere, or with a byte more, it is refused", () => {
    for (let length = 0; length < encoded.length; length++)
      expect(() => message.decode(encoded.subarray(0, length))).toThrowError(
        expect.objectContaining({ code: "invalid_message" }),
      );
    expect(() => message.decode(concat(encoded, Uint8Array.of(0)))).toThrow();
  });

  test("whatever decodes is what its value encodes to", () => {
    fc.assert(
      fc.property(fc.nat(encoded.length - 1), fc.integer({ min: 1, max: 255 }), (at, by) => {
        const changed = Uint8Array.from(encoded);
        changed[at] = (changed[at] as number) ^ by;
        let decoded: unknown;
        try {
          decoded = message.decode(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: "invalid_message" });
          return;
        }
        expect(toHex(message.encode(decoded))).toBe(toHex(changed));
      }),
      { numRuns: 60 },
    );
  });

  test("no other message's bytes", () => {
    for (const [, other, different] of samples)
      if (other !== message) expect(() => message.decode(other.encode(different))).toThrow();
  });
});

describe("lists and sets", () => {
  test.each([
    ["out of order", [signed(3), signed(1)]],
    ["somebody twice", [signed(1), signed(1)]],
  ])("%s are refused", (_, signatures) => {
    const encoded = messages.SignatureList.encode({ context, signatures });
    expect(() => messages.SignatureList.decode(encoded)).toThrowError(
      expect.objectContaining({ code: "invalid_message" }),
    );
  });

  test("no list is longer than a round has members or neighbours", () => {
    const many = Array.from({ length: 1025 }, (_, i) => share(i));
    const encoded = messages.Unmask.encode({ context, index: 1, shares: many, signature: new Uint8Array(64) });
    expect(() => messages.Unmask.decode(encoded)).toThrowError(/1025 where at most 1024 belong/);
  });

  test("a set holds the members it was made of", () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 70 }), fc.array(fc.nat(69)), (size, picked) => {
        const list = [...new Set(picked.filter((index) => index < size))].sort((a, b) => a - b);
        const made = sets.toSet(size, list);
        sets.checkSet(made, size, "a set");
        expect(sets.membersOf(made)).toEqual(list);
        expect(() => sets.checkSet(concat(made, Uint8Array.of(0)), size, "a set")).toThrow();
        if (size % 8 !== 0) {
          made[made.length - 1] = (made.at(-1) as number) | 128;
          expect(() => sets.checkSet(made, size, "a set")).toThrow();
        }
      }),
    );
  });
});

test("the registrar signs terms and roster under a label of their own", () => {
  const opening = { terms, roster: [bytes(32, 13), bytes(32, 14), bytes(32, 15)] };
  const input = toHex(openingInput(opening));
  expect(input.startsWith(toHex(Uint8Array.from([..."paceline secagg round v1\n"].map((c) => c.charCodeAt(0)))))).toBe(
    true,
  );
  expect(toHex(openingInput({ ...opening, terms: { ...terms, survivors: 2 } }))).not.toBe(input);
});
