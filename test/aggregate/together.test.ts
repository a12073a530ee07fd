import { expect, test } from "vitest";
import { newTogether } from "../../src/aggregate/together.ts";
import { newWithdrawals } from "../../src/aggregate/withdraw.ts";
import { PacelineError } from "../../src/base/errors.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { reportIdOf } from "../../src/protocol/dap/report-id.ts";
import { memoryDatabase } from "../../src/storage/memory/index.ts";

/** Writes that last until they are let go. */
function writer(bytes = 1) {
  const written: number[][] = [];
  const going: (() => void)[] = [];
  const together = newTogether<number, string>({
    bytesOf: () => bytes,
    async write(items) {
      written.push([...items]);
      await new Promise<void>((resolve) => going.push(resolve));
      if (items.includes(666)) throw new Error("the disk");
      return items.map((item) => (item < 0 ? new PacelineError("rate_limited", "no") : `${item}`));
    },
  });
  const letGo = async () => {
    await expect.poll(() => going.length).toBeGreaterThan(0);
    going.shift()?.();
  };
  return { together, written, letGo };
}

test("what comes while one is written is written together, each with an answer of its own", async () => {
  const { together, written, letGo } = writer();
  const first = together(0);
  await expect.poll(() => written.length).toBe(1);
  const rest = [1, -2, 3].map(together);
  await letGo();
  expect(await first).toBe("0");
  await letGo();
  const settled = await Promise.allSettled(rest);
  expect(settled.map((one) => (one.status === "fulfilled" ? one.value : one.reason.code))).toEqual([
    "1",
    "rate_limited",
    "3",
  ]);
  expect(written).toEqual([[0], [1, -2, 3]]);
});

test("what fails fails for all of it, and for nobody after", async () => {
  const { together, written, letGo } = writer();
  const first = together(0);
  await expect.poll(() => written.length).toBe(1);
  const failing = Promise.allSettled([together(1), together(666)]);
  await letGo();
  await first;
  await letGo();
  expect((await failing).map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  const after = together(2);
  await letGo();
  expect(await after).toBe("2");
});

test.each([
  [1, [256, 256, 88]],
  [1024 * 1024, new Array(32).fill(2)],
  [5 * 1024 * 1024, new Array(12).fill(1)],
] as const)("items of %i bytes: a transaction has 256 or 2 MiB, and 64 MiB wait", async (bytes, sizes) => {
  const { together, written, letGo } = writer(bytes);
  const count = sizes.reduce((sum: number, size: number) => sum + size, 0);
  const held = Array.from({ length: count }, (_, i) => together(i));
  if (bytes > 1) await expect(together(9)).rejects.toMatchObject({ code: "unavailable" });
  for (const _ of sizes) await letGo();
  await Promise.all(held);
  expect(written.map((one) => one.length)).toEqual(sizes);
  // Room is there again.
  const again = together(9);
  await letGo();
  expect(await again).toBe("9");
});

test("withdrawals of many devices are a few transactions", async () => {
  const store = memoryDatabase();
  const task = nodeEntropy.bytes(32);
  const secrets = Array.from({ length: 300 }, () => nodeEntropy.bytes(32));
  const ids = await Promise.all(secrets.map((secret) => reportIdOf(nodeCrypto, task, secret)));
  const report = { task, state: "pending" as const, error: null, upload: new Uint8Array(9), outputShare: null };
  await store.transaction(async (rows) => {
    await rows.addTask({ id: task, manifest: new Uint8Array(1), verifyKey: new Uint8Array(32), closes: 2e9 });
    await rows.addReports(ids.slice(0, 290).map((id) => ({ ...report, id })));
  });
  let transactions = 0;
  const counted = {
    ...store,
    transaction: ((work) => {
      transactions += 1;
      return store.transaction(work);
    }) as typeof store.transaction,
  };
  // Ten are of reports that are not here, and there is room for five.
  const quota = { perSecond: 1e6, burst: 1e6, perTask: 295, bytes: 1e9 };
  const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
  const withdrawals = newWithdrawals(nodeCrypto, counted, quota, soon);
  const settled = await Promise.allSettled(secrets.map((secret) => withdrawals.take(task, secret, 1)));
  expect(transactions).toBeLessThan(20);
  expect(settled.map((one) => (one.status === "fulfilled" ? one.value : one.reason.code))).toEqual([
    ...new Array(295).fill("withdrawn"),
    ...new Array(5).fill("rate_limited"),
  ]);
  expect(await store.read((rows) => rows.withdrawalCount(task))).toBe(295);
  expect(new Set(await store.read((rows) => rows.reportStates(task, ids)))).toEqual(new Set(["rejected", undefined]));
});
