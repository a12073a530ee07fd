import { Worker } from "node:worker_threads";
import { describe, expect, test } from "vitest";
import { toHex } from "../../src/base/bytes.ts";
import { nodeEntropy } from "../../src/platform/node/entropy.ts";
import { webEntropy } from "../../src/platform/web/entropy.ts";
import type { Entropy } from "../../src/ports/entropy.ts";

describe.each([
  ["node", nodeEntropy],
  ["web", webEntropy],
] as [string, Entropy][])("%s", (_, entropy) => {
  test.each([0, 1, 7, 4096, 4097, 16_384, 65_536, 65_537, 200_000])("%i bytes, filled to the end", (length) => {
    const bytes = entropy.bytes(length);
    expect(bytes.length).toBe(length);
    expect(bytes.buffer.byteLength).toBe(length);
    // 32 zero bytes at the end of a filled array: once in 2^256 runs
    if (length >= 32) expect(bytes.subarray(length - 32).some((byte) => byte !== 0)).toBe(true);
  });

  test("no bytes twice, over several pools and odd lengths", () => {
    const seen = new Set<string>();
    const pieces: string[] = [];
    for (let i = 0; i < 5000; i++) pieces.push(toHex(entropy.bytes(8 + (i % 5))).slice(0, 16));
    for (const piece of pieces) seen.add(piece);
    expect(seen.size).toBe(pieces.length);
  });

  test("changing what was handed out changes nothing later", () => {
    const first = entropy.bytes(16);
    const copy = toHex(first);
    entropy.bytes(16).fill(0);
    expect(toHex(first)).toBe(copy);
  });

  test("bits are fair", () => {
    const bytes = entropy.bytes(100_000);
    let ones = 0;
    for (const byte of bytes) for (let bit = 0; bit < 8; bit++) ones += (byte >> bit) & 1;
    // 800,000 fair bits: standard deviation 447; eight of them are exceeded once in 10^15 runs
    expect(Math.abs(ones - 400_000)).toBeLessThan(8 * 447);
  });
});

test("node: a worker thread has a pool of its own", async () => {
  nodeEntropy.bytes(1);
  const entry = new URL("./node/entropy-worker.ts", import.meta.url);
  const ask = () =>
    new Promise<string>((resolve, reject) => {
      new Worker(entry).on("message", resolve).on("error", reject);
    });
  const answers = await Promise.all([ask(), ask()]);
  expect(new Set([...answers, toHex(nodeEntropy.bytes(32))]).size).toBe(3);
});
