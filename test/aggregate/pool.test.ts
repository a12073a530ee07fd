// A batch gives the same results on any number of workers, on either engine, and whatever is wrong with some of its reports.
import { afterAll, expect, test } from "vitest";
import { pooledPreparer } from "../../src/aggregate/pool.ts";
import { type LeaderPrepared, type Preparer, type PrepareTask, preparer } from "../../src/aggregate/prepare.ts";
import { nodeCrypto, nodeWasm, startPool } from "../../src/platform/node/index.ts";
import type { Promised, Workers } from "../../src/ports/workers.ts";
import { VerifyInit } from "../../src/protocol/dap/aggregation.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { encodeManifest } from "../../src/task/manifest.ts";
import { forge, honestShares, sharesOf } from "../support/forge.ts";
import { hpkeKeys, manifestOf } from "../support/questions.ts";

const manifest = manifestOf();
const bytes = encodeManifest(manifest);
const task = await dapTaskOf(nodeCrypto, manifest, bytes);
const common = {
  id: task.id,
  configuration: task.encoded,
  verifyKey: new Uint8Array(32).fill(7),
  version: "dap-18",
  latest: 2n ** 63n,
} as const;
const leaderTask: PrepareTask = { ...common, keys: [{ id: 1, pair: hpkeKeys.leader }] };
const helperTask: PrepareTask = { ...common, keys: [{ id: 2, pair: hpkeKeys.helper }] };

/** Good reports with bad ones among them: a false claim, a share cut short, a share of someone else. */
const reports = await Promise.all(
  Array.from({ length: 41 }, (_, k) =>
    forge(bytes, (m, context, id) => {
      if (k % 10 === 3) return sharesOf(m, [1, 1, 0, 0], context, id);
      const honest = honestShares(m, k % 4, context, id);
      const [leader, helper] = honest.inputShares;
      if (k % 10 === 5) return { ...honest, inputShares: [leader.subarray(1), helper] };
      if (k % 10 === 7) return { ...honest, inputShares: [leader.map((byte, i) => byte ^ Number(i === 40)), helper] };
      return honest;
    }),
  ),
);

async function both(work: Preparer) {
  const led = await work.prepareLeader(leaderTask, reports);
  const inits = led.flatMap((prepared: LeaderPrepared, k) => {
    if ("error" in prepared) return [];
    const { metadata, publicShare, helperShare } = Report.decode(reports[k] as Uint8Array);
    return [VerifyInit.encode({ metadata, publicShare, helperShare, payload: prepared.message })];
  });
  return { led, helped: await work.prepareHelper(helperTask, inits) };
}

/** Workers on this thread. */
function inPlace(size: number): Workers<Preparer> {
  const api = preparer({ crypto: nodeCrypto, wasm: nodeWasm }) as Promised<Preparer>;
  return { size, run: (work) => work(api), close: () => Promise.resolve() };
}

const wanted = await both(preparer({ crypto: nodeCrypto }));

test("a bad report is refused alone", () => {
  const errors = wanted.led.flatMap((one, k) => ("error" in one ? [[k, one.error]] : []));
  expect(errors).toEqual([5, 15, 25, 35].map((k) => [k, "vdaf_verify_error"]));
  const refused = wanted.helped.filter((one) => "error" in one);
  expect(refused).toHaveLength(8);
  expect(wanted.helped).toHaveLength(37);
});

test("a message that does not decode is refused alone; a wrong key of ours is not taken for a fault of the reports", async () => {
  const work = preparer({ crypto: nodeCrypto, wasm: nodeWasm });
  const [first, second] = reports as [Uint8Array, Uint8Array];
  const mixed = await work.prepareLeader(leaderTask, [first, second.subarray(1), new Uint8Array(0), second]);
  expect(mixed.map((one) => ("error" in one ? one.error : "good"))).toEqual([
    "good",
    "invalid_message",
    "invalid_message",
    "good",
  ]);
  expect(await work.prepareHelper(helperTask, [first.subarray(2)])).toEqual([{ error: "invalid_message" }]);
  const code = expect.objectContaining({ code: "invalid_argument" });
  const short = leaderTask.verifyKey.subarray(1);
  await expect(work.prepareLeader({ ...leaderTask, verifyKey: short }, reports)).rejects.toEqual(code);
  const pair = { ...hpkeKeys.leader, secret: hpkeKeys.leader.secret.subarray(1) };
  await expect(work.prepareLeader({ ...leaderTask, keys: [{ id: 1, pair }] }, reports)).rejects.toEqual(code);
});

test("the other engine, and batches cut for any number of workers, give the same", async () => {
  expect(await both(preparer({ crypto: nodeCrypto, wasm: nodeWasm }))).toEqual(wanted);
  for (const size of [1, 2, 3, 4, 5, 100]) expect(await both(pooledPreparer(inPlace(size)))).toEqual(wanted);
  const empty = pooledPreparer(inPlace(2));
  expect(await empty.prepareLeader(leaderTask, [])).toEqual([]);
});

const pools: Workers<Preparer>[] = [];
afterAll(() => Promise.all(pools.map((pool) => pool.close())));

test.each([2])("%i real workers give the same", async (size) => {
  const pool = startPool<Preparer>(new URL("../../workers/verifier.ts", import.meta.url), size);
  pools.push(pool);
  expect(await both(pooledPreparer(pool))).toEqual(wanted);
});
