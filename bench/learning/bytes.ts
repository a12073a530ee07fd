// What a client sends in a round and what it fetches: one sealed upload of both shares, and the weights. A vector is as long as its
// rotation, the next power of two.
import { riderLayout } from "../../src/learning/plan/riders.ts";
import { rotatedLength } from "../../src/math/rotation.ts";
import { layoutOf } from "../../src/math/tensor/layout.ts";
import { nodeCrypto, nodeEntropy, nodeKeystream } from "../../src/platform/node/index.ts";
import { newAdditiveSharder } from "../../src/protocol/vdaf/additive/sharder.ts";
import { newSealer } from "../../src/report/sealer.ts";
import type { Row } from "../harness.ts";
import { mlp } from "./models.ts";

export const bytesName = (bits: 16 | 32) => `bytes a client sends in a round, dense 561-64-6, ${bits} bits`;
const FETCHED = "bytes of weights a client fetches in a round, dense 561-64-6";

export async function byteRows(): Promise<Row[]> {
  const { parameters } = layoutOf(mlp);
  const length = rotatedLength(riderLayout({ cells: parameters, clip: 1 }).length);
  const key = (id: number) => ({ id, publicKey: nodeCrypto.x25519Generate().public });
  const sealing = {
    ...{ id: nodeEntropy.bytes(32), configuration: nodeEntropy.bytes(150), time: 20_000n },
    keys: { leader: key(1), helper: key(2) },
  };
  const rows: Row[] = [{ name: FETCHED, value: 4 * parameters, unit: "B", status: "measured" }];
  for (const bits of [16, 32] as const) {
    const sharder = newAdditiveSharder({ type: "AdditiveSum", length, bits }, nodeKeystream);
    const seal = newSealer({ crypto: nodeCrypto, entropy: nodeEntropy }, sealing, sharder);
    const sent = [0, 1].map(async (x) => (await seal(new Array<number>(length).fill(x))).bytes.length);
    const [zeros, ones] = await Promise.all(sent);
    if (zeros === undefined || zeros !== ones) throw new Error("reports of other values have other sizes");
    rows.push({ name: bytesName(bits), value: zeros, unit: "B", status: "measured" });
  }
  return rows;
}
