import { describe, expect, test } from "vitest";
import { overflowBound } from "../../../../src/learning/plan/masked-scale.ts";
import type { TrainingStream } from "../../../../src/learning/plan/stream.ts";
import { boundsOf } from "../../../../src/learning/plan/training/bounds.ts";
import { chargeOf } from "../../../../src/learning/plan/training/charge.ts";
import { checkTraining } from "../../../../src/learning/plan/training/check.ts";
import { encodeTraining, type TrainingManifest } from "../../../../src/learning/plan/training/manifest.ts";
import { streamGain, streamOf } from "../../../../src/learning/plan/training/stream.ts";
import { roundTask } from "../../../../src/learning/server/rounds/task.ts";
import { nodeCrypto } from "../../../../src/platform/node/index.ts";
import { chooseFactor } from "../../../../src/privacy/factorisation/choose.ts";
import { rational } from "../../../../src/privacy/rational.ts";
import type { Manifest } from "../../../../src/task/manifest.ts";
import { proveManifest } from "../../../../src/task/prove.ts";
import { changedAt, leafPaths, manifestOf } from "../../../support/questions.ts";
import { end, training } from "../../days.ts";

const DAY = 86_400;
const upload = { opens: end * DAY, closes: end * DAY + 3600 };
const participation = { rounds: 16, separation: 4 };
const stream: TrainingStream = {
  separation: 4,
  coefficients: [...chooseFactor(participation, 4).coefficients],
  opens: upload.opens,
  until: upload.opens + 20 * DAY,
};
const streamed = (change: Partial<TrainingManifest> = {}) =>
  training({ stream, round: { number: 1, of: 16, rollbacks: 0 }, ...change });
const carrying = (own: TrainingManifest, change: Partial<Manifest> = {}): Manifest => {
  const planned = roundTask(own, { rho: rational(1n, 5n), minBatch: 20, end });
  return { ...manifestOf(), ...planned, upload, noise: { ...planned.noise, unit: "installation" }, ...change };
};
const honest = carrying(streamed());
/** The task as it was laid out, its training said otherwise. */
const smuggled = (change: Partial<TrainingManifest>, more: Partial<Manifest> = {}): Manifest => {
  if (honest.source.kind !== "model-update") throw new Error("a training");
  return { ...honest, source: { ...honest.source, training: encodeTraining(streamed(change)) }, ...more };
};
const refused = expect.objectContaining({ code: "manifest_refused" });
const keyOf = async (manifest: Manifest) => (await streamOf(nodeCrypto, manifest))?.key;

test("the control: an honest round holds together, at the price of all rounds", () => {
  expect(checkTraining(honest)?.training.stream).toEqual(stream);
  expect(proveManifest(honest).rho).toBeLessThanOrEqual(200_000_000n);
});

describe("refused", () => {
  const { l2Squared } = boundsOf(streamed());
  const noiseFor = (bound: bigint): Manifest["noise"] => ({
    ...{ mechanism: "discrete-gaussian", unit: "installation", neighbouring: "zero-out" },
    sensitivity: { norm: "l2-squared", bound: `${bound}` },
    sigmaSquared: `${bound * 3n}`,
  });

  test.each<[string, Manifest, string]>([
    [
      "noise for one round alone",
      smuggled({}, { noise: noiseFor(BigInt(l2Squared)) }),
      "is discrete Gaussian, for a squared",
    ],
    [
      "noise for fewer rounds",
      smuggled({ round: { number: 1, of: 17, rollbacks: 0 } }),
      "the noise of a stream of 17 rounds",
    ],
    [
      "members in more rounds than noise is made for",
      smuggled({ stream: { ...stream, separation: 3 } }),
      "is discrete Gaussian, for a squared",
    ],
    ["a larger factor", smuggled({ stream: { ...stream, coefficients: [300, 200, 100, 50] } }), "is discrete Gaussian"],
    [
      "coefficients that rise",
      smuggled({ stream: { ...stream, coefficients: [100, 101] } }),
      "above the one before it",
    ],
    ["nothing on the diagonal", smuggled({ stream: { ...stream, coefficients: [0, 0] } }), "the first above 0"],
    [
      "a factor that is independent noise",
      smuggled({ stream: { ...stream, coefficients: [256] } }),
      "of the error of independent",
    ],
    [
      "a factor that is worse",
      smuggled({ stream: { ...stream, coefficients: [256, 256, 256, 256] } }),
      "of the error of independent",
    ],
    ["members in every round", smuggled({ stream: { ...stream, separation: 1 } }), "of the error of independent"],
    ["a separation beyond the end", smuggled({ stream: { ...stream, separation: 17 } }), "a separation of 17"],
    [
      "a clip that follows",
      smuggled({ adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 } }),
      "bounds are not the encoder's",
    ],
    [
      "a round before its time",
      smuggled({ stream: { ...stream, opens: upload.opens + 1 } }),
      "outside of the stream's time",
    ],
    [
      "a round after its time",
      smuggled({ stream: { ...stream, until: upload.closes - 1 } }),
      "outside of the stream's time",
    ],
    [
      "a stream of a hundred days",
      smuggled({ stream: { ...stream, until: upload.opens + 100 * DAY } }),
      "at most 90 days",
    ],
  ])("%s", (_, manifest, why) => {
    expect(() => checkTraining(manifest)).toThrow(refused);
    expect(() => checkTraining(manifest)).toThrow(why);
  });

  test("a clip that follows, and verified shares, however they are laid out", () => {
    const adaptive = streamed({ adaptiveClip: { quantile: 0.5, rate: 0.2, share: 0.1, least: 0.1, most: 10 } });
    expect(() => checkTraining(carrying(adaptive))).toThrow("have one clip");
    expect(() => checkTraining(carrying(streamed({ sharing: { kind: "verified" } })))).toThrow("additive shares");
    const narrow = streamed({ sharing: { kind: "additive", bits: 16, overflow: 0.01 } });
    expect(() => checkTraining(carrying(narrow))).toThrow("of 32 or 64 bits");
  });

  test("tokens, where an installation is counted", () => {
    const tokens = { issuer: "i", key: "k", rho: "1000", count: 1 };
    expect(() => checkTraining({ ...honest, tokens })).toThrow("counts members");
    expect(checkTraining({ ...honest, tokens, noise: { ...honest.noise, unit: "member" } })).toBeDefined();
  });

  test("sums that wrap around as what is released, though each round's would not", () => {
    const own = streamed({ update: { ...training().update, scale: 20_000 } });
    const { dimension, riders } = boundsOf(own);
    const demand = {
      bits: 32,
      dimension,
      members: 100,
      shares: 2,
      honest: 1,
      clip: riders.jointClip,
      rho: 0.2,
      overflow: 1e-9,
    };
    expect(overflowBound(demand, 20_000)).toBeLessThan(1e-9);
    const gain = streamGain({ ...participation, coefficients: stream.coefficients });
    expect(overflowBound({ ...demand, stream: gain }, 20_000)).toBeGreaterThan(1e-9);
    expect(() => checkTraining(carrying(own))).toThrow("wrap around");
  });
});

test("all rounds have one key and one charge; whatever its price depends on makes another of it", async () => {
  const key = await keyOf(honest);
  const later = streamed({
    ...{ round: { number: 9, of: 16, rollbacks: 1 }, weights: `${"B".repeat(42)}A` },
    abandoned: ["A".repeat(43)],
  });
  const opens = upload.opens + 5 * DAY;
  const round = carrying(later, { upload: { opens, closes: opens + 3600 } });
  expect(checkTraining(round)).toBeDefined();
  expect(await keyOf(round)).toEqual(key);
  const charges = await Promise.all(
    [honest, round].map((one, i) => chargeOf(nodeCrypto, one, new Uint8Array(32).fill(i), proveManifest(one))),
  );
  const [first, second] = charges.map(({ stream: _, ...charge }) => charge);
  expect(second).toEqual(first);
  expect(first?.epochs.length).toBeGreaterThan(proveManifest(honest).epochs.length);
  for (const other of [
    carrying(streamed({ run: `${"B".repeat(21)}A` })),
    carrying(streamed({ stream: { ...stream, until: stream.until + 1 } })),
    carrying(streamed({ update: { ...training().update, scale: 101 } })),
    { ...honest, rho: `${BigInt(honest.rho) + 1n}` },
    { ...honest, window: { ...honest.window, start: honest.window.start - 1 } },
    { ...honest, noise: { ...honest.noise, unit: "member" as const } },
  ])
    expect(await keyOf(other)).not.toEqual(key);
});

test("every leaf of the stream, changed, is refused or is another stream", async () => {
  const key = await keyOf(honest);
  const own = JSON.parse(encodeTraining(streamed())) as { stream: object };
  let [refusals, others] = [0, 0];
  for (const path of leafPaths(own.stream as never))
    for (const value of [null, {}, "x", true, -1, 0.5, 1e300, 0, 1, 7, 2 ** 31]) {
      const changed = { ...own, stream: changedAt(own.stream as never, path, () => value) };
      const source = { ...honest.source, training: JSON.stringify(changed) } as Manifest["source"];
      try {
        checkTraining({ ...honest, source });
        expect(await keyOf({ ...honest, source })).not.toEqual(key);
        others++;
      } catch (error) {
        expect(error).toMatchObject({ code: "manifest_refused" });
        refusals++;
      }
    }
  expect(refusals).toBeGreaterThan(60);
  expect(others).toBeLessThan(10);
});
