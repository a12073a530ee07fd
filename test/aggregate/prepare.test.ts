import { describe, expect, test } from "vitest";
import { applyMap } from "../../src/aggregate/collect.ts";
import { elementsOf } from "../../src/aggregate/elements.ts";
import { leaderFinisher, type PrepareTask, prepareHelper, prepareLeader } from "../../src/aggregate/prepare.ts";
import { concat } from "../../src/base/bytes.ts";
import { typescriptEngine } from "../../src/math/engine.ts";
import { field128 } from "../../src/math/field/field128.ts";
import { nodeCrypto, nodeEntropy, nodeWasm } from "../../src/platform/node/index.ts";
import { VerifyInit } from "../../src/protocol/dap/aggregation.ts";
import { Report } from "../../src/protocol/dap/report.ts";
import { sumVecCircuit } from "../../src/protocol/vdaf/circuits/sum-vec.ts";
import { algorithmIds } from "../../src/protocol/vdaf/parameters.ts";
import { shapeOf } from "../../src/protocol/vdaf/shape.ts";
import { Streams } from "../../src/protocol/vdaf/streams.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { encodeManifest, type Manifest } from "../../src/task/manifest.ts";
import { forge, honestShares, type Shares, sharesOf } from "../support/forge.ts";
import { hpkeKeys, manifestOf, vectorManifest } from "../support/questions.ts";

const parts = { crypto: nodeCrypto, wasm: nodeWasm };

/** Both aggregators on one report. @returns the two output shares, or where and why it was refused */
async function verify(manifest: Manifest, report: Uint8Array, spoil: (message: Uint8Array) => Uint8Array = (x) => x) {
  const bytes = encodeManifest(manifest);
  const task = await dapTaskOf(nodeCrypto, manifest, bytes);
  const common = {
    id: task.id,
    configuration: task.encoded,
    verifyKey: new Uint8Array(32).fill(7),
    version: "dap-18",
    latest: 2n ** 63n,
  } as const;
  const leader: PrepareTask = { ...common, keys: [{ id: 1, pair: hpkeKeys.leader }] };
  const helper: PrepareTask = { ...common, keys: [{ id: 2, pair: hpkeKeys.helper }] };
  const [first] = await prepareLeader(parts, leader, [report]);
  if (first === undefined || "error" in first) return { leader: first?.error };
  const { metadata, publicShare, helperShare } = Report.decode(report);
  const init = VerifyInit.encode({ metadata, publicShare, helperShare, payload: spoil(first.message) });
  const [second] = await prepareHelper(parts, helper, [init]);
  if (second === undefined || "error" in second) return { helper: second?.error };
  const last = leaderFinisher(leader)(first.state, second.message);
  if ("error" in last) return { accepted: "by the helper alone", leader: last.error };
  const { modulus, decode } = elementsOf(manifest.vdaf);
  const theirs = decode(second.outputShare);
  return { output: decode(last.outputShare).map((x, i) => Number((x + (theirs[i] as bigint)) % modulus)) };
}

const histogram = manifestOf();
const vector = vectorManifest();
const forged = (manifest: Manifest, encoded: readonly number[]) =>
  forge(encodeManifest(manifest), (m, context, id) => sharesOf(m, encoded, context, id));

test("honest reports give their measurement back", async () => {
  for (let bucket = 0; bucket < 4; bucket++) {
    const report = await forge(encodeManifest(histogram), (m, c, id) => honestShares(m, bucket, c, id));
    expect(await verify(histogram, report)).toEqual({ output: [0, 1, 2, 3].map((i) => Number(i === bucket)) });
  }
  const report = await forge(encodeManifest(vector), (m, c, id) => honestShares(m, [8, 0, 5, 1], c, id));
  expect(await verify(vector, report)).toEqual({ output: [8, 0, 5, 1] });
});

describe("a contribution out of range is refused by the proof", () => {
  test.each<[string, readonly number[]]>([
    ["two buckets", [1, 1, 0, 0]],
    ["every bucket", [1, 1, 1, 1]],
    ["no bucket", [0, 0, 0, 0]],
    ["one bucket twice", [2, 0, 0, 0]],
    ["a hundred times", [100, 0, 0, 0]],
  ])("histogram: %s", async (_, encoded) => {
    expect(await verify(histogram, await forged(histogram, encoded))).toEqual({ helper: "vdaf_verify_error" });
  });

  test("histogram: a sum of one over cells that are none", async () => {
    const report = await forge(encodeManifest(histogram), (m, context, id) => {
      const shares = honestShares(m, 0, context, id);
      // One more in bucket 0 and one less in bucket 1, in the leader's share alone.
      const leader = shares.inputShares[0].slice();
      const { decode, encode, modulus } = elementsOf(m.vdaf);
      const cells = decode(leader.subarray(0, 32));
      leader.set(encode([((cells[0] as bigint) + 1n) % modulus, ((cells[1] as bigint) + modulus - 1n) % modulus]));
      return { ...shares, inputShares: [leader, shares.inputShares[1]] };
    });
    expect(await verify(histogram, report)).toEqual({ helper: "vdaf_verify_error" });
  });

  test("vector: a bit that is no bit", async () => {
    const bits = 4 * 4;
    for (const at of [0, 3, 15]) {
      const encoded = new Array<number>(bits).fill(0);
      encoded[at] = 2;
      expect(await verify(vector, await forged(vector, encoded))).toEqual({ helper: "vdaf_verify_error" });
    }
    expect(await verify(vector, await forged(vector, new Array<number>(bits).fill(0)))).toEqual({
      output: [0, 0, 0, 0],
    });
  });
});

describe("a report's own fault is its own error", () => {
  const honest = (shares: (made: Shares) => Shares = (made) => made, envelope = {}) =>
    forge(encodeManifest(histogram), (m, c, id) => shares(honestShares(m, 1, c, id)), envelope);

  test.each<[string, object, object]>([
    ["before the window", { time: BigInt(histogram.window.start) - 1n }, { leader: "task_not_started" }],
    ["after the window", { time: BigInt(histogram.window.end) }, { leader: "task_expired" }],
    ["public extensions", { publicExtensions: [{ type: 1, data: new Uint8Array(1) }] }, { leader: "invalid_message" }],
    [
      "private extensions",
      { privateExtensions: [{ type: 1, data: new Uint8Array(1) }] },
      { leader: "invalid_message" },
    ],
    ["an unknown key at the leader", { configIds: [9, 2] }, { leader: "hpke_unknown_config_id" }],
    ["an unknown key at the helper", { configIds: [1, 9] }, { helper: "hpke_unknown_config_id" }],
  ])("%s", async (_, envelope, outcome) => {
    expect(await verify(histogram, await honest(undefined, envelope))).toEqual(outcome);
  });

  test("shares of a wrong length, and none at all", async () => {
    for (const at of [0, 1] as const)
      for (const spoil of [
        (x: Uint8Array) => x.slice(1),
        (x: Uint8Array) => concat(x, Uint8Array.of(0)),
        () => Uint8Array.of(1),
      ]) {
        const report = await honest(({ publicShare, inputShares: [a, b] }) => ({
          publicShare,
          inputShares: at === 0 ? [spoil(a), b] : [a, spoil(b)],
        }));
        expect(await verify(histogram, report)).toEqual(
          at === 0 ? { leader: "vdaf_verify_error" } : { helper: "vdaf_verify_error" },
        );
      }
  });

  test("a public share of a wrong length", async () => {
    const report = await honest((made) => ({ ...made, publicShare: made.publicShare.slice(1) }));
    expect(await verify(histogram, report)).toEqual({ leader: "vdaf_verify_error" });
  });

  test("a leader's message that was altered, at any byte", async () => {
    const report = await honest();
    for (let i = 0; i < 300; i += 7) {
      const outcome = await verify(histogram, report, (message) =>
        message.map((byte, j) => (j === i % message.length ? byte ^ 1 : byte)),
      );
      expect(outcome).toHaveProperty("helper");
    }
  });
});

/**
 * All bits 1 and a proof of zeros satisfy the range check whatever the joint randomness is, so nothing but the seeds
 * themselves can show that the second half of the public share is false. The helper sees it from its own part.
 */
test("the helper accepts no report that the leader must refuse: one device cannot keep a batch from being collected", async () => {
  const report = await forge(encodeManifest(vector), (m, context, id) => {
    if (m.vdaf.type !== "Prio3SumVec") throw new Error("a vector");
    const made = sharesOf(m, new Array<number>(16).fill(1), context, id);
    const circuit = sumVecCircuit(field128, m.vdaf.length, m.vdaf.maxMeasurement, m.vdaf.chunkLength);
    const shape = shapeOf(circuit as never, { shares: 2, proofs: 1 });
    const streams = new Streams(algorithmIds.Prio3SumVec, shape, typescriptEngine());
    const helperProof = field128.newVector(shape.proof);
    streams.enter(context);
    streams.helperProofs(helperProof, 1, made.inputShares[1].subarray(0, 32));
    const negative = field128.newVector(shape.proof);
    field128.sub(shape.proof, negative, 0, 1, negative, 0, 1, helperProof, 0, 1);
    const leader = made.inputShares[0].slice();
    field128.encodeInto(leader, 16 * 16, negative, 0, shape.proof);
    const publicShare = concat(made.publicShare.subarray(0, 32), nodeEntropy.bytes(32));
    return { publicShare, inputShares: [leader, made.inputShares[1]] };
  });
  expect(await verify(vector, report)).toEqual({ helper: "vdaf_verify_error" });
});

test("the map is applied to shares as it is to sums", () => {
  const { modulus } = elementsOf(vector.vdaf);
  const map = { columns: 3, rows: [[0, 2, 1, -3], [2, 1], []] };
  const x = [5n, 7n, 11n];
  const mine = [modulus - 2n, 123n, modulus - 1n];
  const theirs = x.map((v, i) => (((v - (mine[i] as bigint)) % modulus) + modulus) % modulus);
  const [a, b] = [applyMap(map, mine, modulus), applyMap(map, theirs, modulus)];
  expect(a.map((v, i) => (v + (b[i] as bigint)) % modulus)).toEqual([modulus - 11n, 11n, 0n]);
});
