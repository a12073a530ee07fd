import { hkdf } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { toHex, utf8 } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { webCrypto } from "../../src/platform/web/index.ts";
import { memberReportId, memberWithdrawal } from "../../src/report/member-id.ts";

const secret = new Uint8Array(32).fill(7);
const task = new Uint8Array(32).fill(1);
const idOf = async (...args: [Uint8Array, Uint8Array]) => toHex(await memberReportId(nodeCrypto, ...args));

test("is HKDF-SHA256 over label and task, the same from every engine", async () => {
  const info = Uint8Array.from([...utf8("paceline report id v1\n"), ...task]);
  expect(await idOf(secret, task)).toBe(toHex(hkdf(sha256, secret, undefined, info, 16)));
  expect(toHex(await memberReportId(webCrypto, secret, task))).toBe(await idOf(secret, task));
});

test("what withdraws a report is derived apart: another label, all 32 bytes", async () => {
  const info = Uint8Array.from([...utf8("paceline report withdrawal v1\n"), ...task]);
  const token = toHex(await memberWithdrawal(nodeCrypto, secret, task));
  expect(token).toBe(toHex(hkdf(sha256, secret, undefined, info, 32)));
  expect(token).not.toContain(await idOf(secret, task));
});

test("no two tasks and no two members share one", async () => {
  const ids = new Set<string>();
  for (let member = 0; member < 20; member++)
    for (let n = 0; n < 20; n++) ids.add(await idOf(new Uint8Array(32).fill(member), new Uint8Array(32).fill(n)));
  expect(ids.size).toBe(400);
});

test("ids of two tasks tell nothing of one another: bits of one member's agree as those of two members do", async () => {
  const bits = (hex: string) => BigInt(`0x${hex}`).toString(2).padStart(128, "0");
  let [same, different] = [0, 0];
  const rounds = 200;
  for (let n = 0; n < rounds; n++) {
    const [one, other] = [nodeEntropy.bytes(32), nodeEntropy.bytes(32)];
    const [first, second] = [nodeEntropy.bytes(32), nodeEntropy.bytes(32)];
    const id = bits(await idOf(one, first));
    const agree = (text: string) => [...text].filter((bit, i) => bit === id[i]).length;
    same += agree(bits(await idOf(one, second)));
    different += agree(bits(await idOf(other, second)));
  }
  // 128 × 200 fair coins: six standard deviations are 480.
  for (const count of [same, different]) expect(Math.abs(count - 64 * rounds)).toBeLessThan(480);
});
