// What the writer of messages takes and what it refuses; every message is made of it.
import { expect, test } from "vitest";
import { toHex } from "../../src/base/bytes.ts";
import { Reader, Writer } from "../../src/base/codec.ts";

test("integers are big-endian and of their width, up to the largest", () => {
  const bytes = new Writer()
    .u8(0)
    .u8(255)
    .u16(258)
    .u32(0xfffffffe)
    .u64(1n)
    .u64(2n ** 64n - 1n)
    .u64(2 ** 53 - 1)
    .done();
  expect(toHex(bytes)).toBe("00ff0102fffffffe0000000000000001ffffffffffffffff001fffffffffffff");
  const from = new Reader(bytes, "test");
  expect([from.u8(), from.u8(), from.u16(), from.u32(), from.u64(), from.u64(), from.u64()]).toEqual([
    0,
    255,
    258,
    0xfffffffe,
    1n,
    2n ** 64n - 1n,
    2n ** 53n - 1n,
  ]);
});

test.each([256, -1, 0.5, 255.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53, -(2 ** 31)])(
  "%d is no byte",
  (value) => {
    expect(() => new Writer().u8(value)).toThrow(expect.objectContaining({ code: "internal" }));
  },
);

test("nothing wider than its field is cut", () => {
  expect(() => new Writer().u16(65_536)).toThrow("does not fit");
  expect(() => new Writer().u32(2 ** 32)).toThrow("does not fit");
  expect(() => new Writer().u64(2n ** 64n)).toThrow("does not fit");
  expect(() => new Writer().u64(-1n)).toThrow("does not fit");
  expect(() => new Writer().opaque8(new Uint8Array(256))).toThrow("does not fit");
  expect(() => new Writer().opaque16(new Uint8Array(65_536))).toThrow("does not fit");
});
