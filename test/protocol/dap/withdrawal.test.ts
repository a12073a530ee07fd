import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { publicExtensionsOf } from "../../../src/aggregate/extensions.ts";
import { concat, toHex, utf8 } from "../../../src/base/bytes.ts";
import { nodeCrypto } from "../../../src/platform/node/index.ts";
import { portableCrypto } from "../../../src/platform/web/index.ts";
import { withdrawalCommitment, withdrawalExtension } from "../../../src/protocol/dap/withdrawal.ts";

const [task, report, secret] = [32, 16, 32].map((length, i) => new Uint8Array(length).fill(i + 1)) as [
  Uint8Array,
  Uint8Array,
  Uint8Array,
];

test("a commitment is SHA-256 over label, task, report and secret, and of nothing else than all of them", async () => {
  const made = await withdrawalCommitment(nodeCrypto, task, report, secret);
  const wanted = sha256(concat(utf8("paceline withdrawal v1\n"), task, report, secret));
  expect(toHex(made)).toBe(toHex(wanted));
  expect(toHex(await withdrawalCommitment(portableCrypto, task, report, secret))).toBe(toHex(wanted));
  const parts = [task, report, secret] as const;
  for (const at of parts.keys()) {
    const other = parts.map((part, i) =>
      i === at ? Uint8Array.from(part, (byte, j) => (j === 0 ? byte ^ 1 : byte)) : part,
    );
    const [a, b, c] = other as [Uint8Array, Uint8Array, Uint8Array];
    expect(toHex(await withdrawalCommitment(nodeCrypto, a, b, c))).not.toBe(toHex(made));
  }
});

test("every report has one, after its tokens, and nothing else", () => {
  const one = withdrawalExtension(new Uint8Array(32).fill(9));
  expect(publicExtensionsOf([one], undefined)).toEqual({ withdrawal: one.data, tokens: [] });
  const asked = { issuer: "issuer.test", key: "x", rho: "1", count: 1 };
  const tokens = { type: 0xff54, data: new Uint8Array(32 + 256) };
  expect(publicExtensionsOf([tokens, one], asked)?.tokens).toHaveLength(1);
  for (const [wrong, terms] of [
    [[], undefined],
    [[tokens], asked],
    [[one], asked],
    [[one, tokens], asked],
    [[tokens, one], undefined],
    [[{ ...one, data: new Uint8Array(33) }], undefined],
    [[one, one], undefined],
    [[one, { type: 0xff58, data: new Uint8Array(0) }], undefined],
  ] as const)
    expect(publicExtensionsOf(wrong, terms)).toBeUndefined();
});
