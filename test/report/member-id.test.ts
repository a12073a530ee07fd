import { expand } from "@noble/hashes/hkdf.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { expect, test } from "vitest";
import { toHex, utf8 } from "../../src/base/bytes.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { webCrypto } from "../../src/platform/web/index.ts";
import { reportIdOf } from "../../src/protocol/dap/report-id.ts";
import { memberReportSecret } from "../../src/report/member-id.ts";

const secret = new Uint8Array(32).fill(7);
const task = new Uint8Array(32).fill(1);
const idOf = async (account: Uint8Array, of: Uint8Array) =>
  toHex(await reportIdOf(nodeCrypto, of, await memberReportSecret(nodeCrypto, account, of)));

test("the secret is HKDF-Expand over label and task, the same from every engine; the id is half its hash", async () => {
  const info = Uint8Array.from([...utf8("paceline report secret v1\n"), ...task]);
  const wanted = expand(sha256, secret, info, 32);
  for (const crypto of [nodeCrypto, webCrypto])
    expect(toHex(await memberReportSecret(crypto, secret, task))).toBe(toHex(wanted));
  const hash = sha256(Uint8Array.from([...utf8("paceline report id v2\n"), ...task, ...wanted]));
  expect(await idOf(secret, task)).toBe(toHex(hash.slice(0, 16)));
  expect(toHex(await reportIdOf(webCrypto, task, wanted))).toBe(await idOf(secret, task));
});

test("an id is of one task and one secret, all 32 bytes of each", async () => {
  const made = toHex(await reportIdOf(nodeCrypto, task, secret));
  for (let at = 0; at < 32; at++) {
    const other = (bytes: Uint8Array) => bytes.map((byte, i) => (i === at ? byte ^ 1 : byte));
    expect(toHex(await reportIdOf(nodeCrypto, other(task), secret))).not.toBe(made);
    expect(toHex(await reportIdOf(nodeCrypto, task, other(secret)))).not.toBe(made);
  }
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
