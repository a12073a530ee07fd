// Both engines against the recorded vectors, and the vectors themselves against BigInt and @noble/hashes.
import { readFileSync } from "node:fs";
import { turboshake128 } from "@noble/hashes/sha3-addons.js";
import { describe, expect, test } from "vitest";
import { toHex } from "../../../src/base/bytes.ts";
import { modulo } from "../../../src/math/field/modular.ts";
import { engines } from "../engines.ts";
import { computeVectors } from "./compute.ts";

type Vectors = ReturnType<typeof computeVectors>;
const recorded = JSON.parse(readFileSync(new URL("engine.json", import.meta.url), "utf8")) as Vectors;

test.each(Object.entries(engines))("the %s engine gives the recorded vectors", (_, engine) => {
  expect(computeVectors(engine)).toEqual(recorded);
});

test("the sponge's are TurboSHAKE128", () => {
  for (const { length, output } of recorded.turboShake128)
    expect(output).toBe(
      toHex(
        turboshake128(
          Uint8Array.from({ length }, (_, k) => k & 255),
          { D: 0x1f, dkLen: 40 },
        ),
      ),
    );
});

describe.each(["field64", "field128"] as const)("%s", (name) => {
  const { modulus, encodedSize } = engines.typescript[name];
  const numbers = (key: string): bigint[] => {
    const digits = 2 * encodedSize;
    const text = recorded[name][key] ?? "";
    return Array.from({ length: text.length / digits }, (_, k) => {
      const bytes = text.slice(k * digits, (k + 1) * digits).match(/../g) ?? [];
      return BigInt(`0x${bytes.reverse().join("")}`);
    });
  };

  test("the elementwise ones are arithmetic modulo p", () => {
    const a = numbers("sample10");
    const b = numbers("sample200");
    const pairs = a.map((x, k): [bigint, bigint] => [x, b[k] as bigint]);
    expect(numbers("add")).toEqual(pairs.map(([x, y]) => modulo(x + y, modulus)));
    expect(numbers("sub")).toEqual(pairs.map(([x, y]) => modulo(x - y, modulus)));
    expect(numbers("mul")).toEqual(pairs.map(([x, y]) => modulo(x * y, modulus)));
    expect(numbers("dot")).toEqual([
      modulo(
        pairs.reduce((sum, [x, y]) => sum + x * y, 0n),
        modulus,
      ),
    ]);
  });
});
