import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { clientOf, peerOf } from "../../src/http/client-address.ts";
import { newPool } from "../../src/http/pool.ts";

describe("a pool", () => {
  test("gives one client half, the next as much as is left for others, and somebody new always something", () => {
    const pool = newPool(100);
    const most = (client: string) => {
      let held = 0;
      while (pool.take(client, 1)) held += 1;
      return held;
    };
    expect([most("a"), most("b"), most("c")]).toEqual([50, 25, 12]);
    expect(pool.free).toBe(13);
    pool.give("a", 50);
    // What one gives back the others may take: three as greedy come to the same share.
    expect(most("b")).toBeGreaterThan(0);
    expect(pool.free).toBeGreaterThan(0);
  });

  test("one who stands for many may have all of it, and no more", () => {
    const pool = newPool(10);
    expect([pool.take(undefined, 10), pool.take(undefined, 1), pool.take("a", 1), pool.free]).toEqual([
      true,
      false,
      false,
      0,
    ]);
  });

  test("holds what was taken and not given back, whatever the order, and never more than there is", () => {
    const steps = fc.array(fc.tuple(fc.constantFrom("a", "b", undefined), fc.integer({ min: 0, max: 40 })), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (asked) => {
        const pool = newPool(100);
        const taken: [string | undefined, number][] = [];
        for (const [client, amount] of asked) {
          const could = pool.has(client, amount);
          expect(pool.take(client, amount)).toBe(could);
          if (could) taken.push([client, amount]);
          expect(pool.free).toBe(100 - taken.reduce((sum, [, held]) => sum + held, 0));
          expect(pool.free).toBeGreaterThanOrEqual(0);
          if (taken.length > 5) pool.give(...(taken.shift() as [string, number]));
        }
        for (const one of taken) pool.give(...one);
        expect(pool.free).toBe(100);
        expect([pool.has("a", 50), pool.has("a", 51), pool.has(undefined, 100)]).toEqual([true, false, true]);
      }),
    );
  });
});

describe("whose a request is", () => {
  const of = (remoteAddress: string | undefined, forwarded?: string, behindProxy = false) =>
    clientOf(
      { socket: { remoteAddress }, headers: forwarded === undefined ? {} : { "x-forwarded-for": forwarded } },
      behindProxy,
    );

  test("its connection's, whatever it says, unless a proxy brings it", () => {
    expect(of("192.0.2.7", "198.51.100.1")).toBe("192.0.2.7");
    expect(of("::ffff:192.0.2.7")).toBe("192.0.2.7");
    for (const proxy of ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"]) {
      expect(of(proxy)).toBeUndefined();
      expect(of(proxy, "10.0.0.1, 198.51.100.1")).toBe("198.51.100.1");
    }
    expect(of("10.0.0.9", "198.51.100.1", true)).toBe("198.51.100.1");
    expect([of("10.0.0.9", undefined, true), of("10.0.0.9", " , ", true), of(undefined)]).toEqual([
      undefined,
      undefined,
      "",
    ]);
    expect(peerOf({ remoteAddress: "10.0.0.9" }, true)).toBeUndefined();
  });

  test("the last that the proxy wrote, without its port, and no longer than an address", () => {
    for (const [said, is] of [
      ["198.51.100.1:4711", "198.51.100.1"],
      ["[2001:db8::1]:4711", "2001:db8:0:0::/64"],
      ["unknown", "unknown"],
      [`a, ${"x".repeat(5000)}`, "x".repeat(64)],
    ] as const)
      expect(of("127.0.0.1", said)).toBe(is);
  });

  test("a /64 of IPv6, in whatever spelling", () => {
    const same = ["2001:db8:0:12::1", "2001:0db8:0000:0012:ffff:1:2:3", "2001:DB8::12:0:0:0:9", "2001:db8:0:12::"];
    expect(new Set(same.map((address) => of(address)))).toEqual(new Set(["2001:db8:0:12::/64"]));
    expect(of("2001:db8:0:13::1")).toBe("2001:db8:0:13::/64");
    expect(of("fe80::1%eth0")).toBe("fe80:0:0:0::/64");
  });
});
