// A device that does not play by the rules: it makes shares of what it likes and seals them as any device would.

import { field128 } from "../../src/math/field/field128.ts";
import { nodeCrypto, nodeEntropy } from "../../src/platform/node/index.ts";
import { InputShareAad, PlaintextInputShare, Report, type ReportMetadata } from "../../src/protocol/dap/report.ts";
import { dap18 } from "../../src/protocol/dap/version.ts";
import { seal } from "../../src/protocol/hpke/hpke.ts";
import { histogramCircuit } from "../../src/protocol/vdaf/circuits/histogram.ts";
import { sumVecCircuit } from "../../src/protocol/vdaf/circuits/sum-vec.ts";
import { algorithmIds } from "../../src/protocol/vdaf/parameters.ts";
import { Prio3 } from "../../src/protocol/vdaf/prio3.ts";
import { sharedPrio3 } from "../../src/protocol/vdaf/shared.ts";
import { dapTaskOf, receivingKey } from "../../src/task/dap.ts";
import { decodeManifest, type Manifest } from "../../src/task/manifest.ts";

export interface Shares {
  readonly publicShare: Uint8Array;
  readonly inputShares: readonly [leader: Uint8Array, helper: Uint8Array];
}

/** What a forger may choose besides its shares. */
export interface Envelope {
  readonly id?: Uint8Array;
  readonly time?: bigint;
  readonly publicExtensions?: ReportMetadata["publicExtensions"];
  readonly privateExtensions?: PlaintextInputShare["privateExtensions"];
  readonly configIds?: readonly [leader: number, helper: number];
}

/** Shares of a measurement encoded as these small integers, with an honest prover's proof of a false claim. */
export function sharesOf({ vdaf }: Manifest, encoded: readonly number[], context: Uint8Array, id: Uint8Array): Shares {
  if (vdaf.type !== "Prio3Histogram" && vdaf.type !== "Prio3SumVec") throw new Error(`no forger of ${vdaf.type}`);
  const circuit =
    vdaf.type === "Prio3Histogram"
      ? histogramCircuit(field128, vdaf.length, vdaf.chunkLength)
      : sumVecCircuit(field128, vdaf.length, vdaf.maxMeasurement, vdaf.chunkLength);
  const lying = { ...circuit, encode: () => Uint8Array.from(encoded) };
  const prio3 = new Prio3(algorithmIds[vdaf.type], lying as never, { shares: 2, proofs: 1 });
  const { publicShare, inputShares } = prio3.shard(
    context,
    undefined as never,
    id,
    nodeEntropy.bytes(prio3.randLength),
  );
  return { publicShare, inputShares: inputShares as [Uint8Array, Uint8Array] };
}

/** Seals whatever `make` returns into a report of the task. @returns the report's bytes */
export async function forge(
  manifestBytes: Uint8Array,
  make: (manifest: Manifest, context: Uint8Array, id: Uint8Array) => Shares,
  envelope: Envelope = {},
): Promise<Uint8Array> {
  const manifest = decodeManifest(manifestBytes);
  const task = await dapTaskOf(nodeCrypto, manifest, manifestBytes);
  const id = envelope.id ?? nodeEntropy.bytes(16);
  const { publicShare, inputShares } = make(manifest, dap18.vdafContext(task.id), id);
  const time = envelope.time ?? BigInt(manifest.window.start);
  const metadata = { reportId: id, time, publicExtensions: envelope.publicExtensions ?? [] };
  const aad = InputShareAad.encode({ taskId: task.id, task: task.configuration, metadata, publicShare });
  const sealed = async (to: "leader" | "helper", share: Uint8Array) => {
    const key = receivingKey(manifest.aggregators[to]);
    const plaintext = PlaintextInputShare.encode({
      privateExtensions: envelope.privateExtensions ?? [],
      payload: share,
    });
    const info = dap18.inputShareInfo(to);
    const { enc, ciphertext } = await seal({ crypto: nodeCrypto, recipient: key.publicKey, info, aad, plaintext });
    return { configId: envelope.configIds?.[to === "leader" ? 0 : 1] ?? key.id, enc, payload: ciphertext };
  };
  const [leaderShare, helperShare] = [await sealed("leader", inputShares[0]), await sealed("helper", inputShares[1])];
  return Report.encode({ metadata, publicShare, leaderShare, helperShare });
}

/** The honest shares of a measurement. */
export function honestShares({ vdaf }: Manifest, measurement: unknown, context: Uint8Array, id: Uint8Array): Shares {
  const prio3 = sharedPrio3(vdaf);
  const { publicShare, inputShares } = prio3.shard(
    context,
    measurement as never,
    id,
    nodeEntropy.bytes(prio3.randLength),
  );
  return { publicShare, inputShares: inputShares as [Uint8Array, Uint8Array] };
}
