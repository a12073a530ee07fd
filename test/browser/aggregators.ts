// Both aggregators of a task, in the page: what it takes to make a task and to read its reports.
import { concat, fromUtf8, toBase64Url, utf8 } from "../../src/base/bytes.ts";
import { canonicalJson } from "../../src/base/canonical.ts";
import { webCrypto, webEntropy } from "../../src/platform/web/index.ts";
import { type HpkeCiphertext, HpkeConfig, hpkeConfigOf } from "../../src/protocol/dap/hpke-config.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../src/protocol/dap/report.ts";
import { type Aggregator, dap18 } from "../../src/protocol/dap/version.ts";
import { open } from "../../src/protocol/hpke/hpke.ts";
import type { DeviceParameters } from "../../src/protocol/vdaf/device-sharder.ts";
import { newPrio3 } from "../../src/protocol/vdaf/new-prio3.ts";
import type { SignedTask } from "../../src/report/signed-task.ts";
import { dapTaskOf } from "../../src/task/dap.ts";
import { MANIFEST_VERSION, manifestLabel, type SigningRole } from "../../src/task/labels.ts";
import type { Manifest } from "../../src/task/manifest.ts";

export const histogram: DeviceParameters = { type: "Prio3Histogram", length: 10, chunkLength: 3 };
export const sumVec: DeviceParameters = { type: "Prio3SumVec", length: 6, maxMeasurement: 200, chunkLength: 7 };

export async function newTask(vdaf: DeviceParameters) {
  const pairs = { leader: await webCrypto.x25519Generate(), helper: await webCrypto.x25519Generate() };
  const signers = { register: await webCrypto.ed25519Generate(), helper: await webCrypto.ed25519Generate() };
  const aggregator = (role: Aggregator, configId: number) => ({
    url: `https://${role}.test`,
    hpke: toBase64Url(HpkeConfig.encode(hpkeConfigOf(configId, pairs[role].public))),
  });
  // As much of a manifest as a page reads that only seals.
  const bytes = utf8(
    canonicalJson({
      version: MANIFEST_VERSION,
      trustMode: "two-aggregators",
      window: { start: 20_000, end: 20_007 },
      minBatch: 10,
      vdaf,
      noise: { unit: "installation" },
      aggregators: { leader: aggregator("leader", 7), helper: aggregator("helper", 9) },
    }),
  );
  const manifest = JSON.parse(fromUtf8(bytes)) as Manifest;
  const { id, configuration } = await dapTaskOf(webCrypto, manifest, bytes);
  const sign = (role: SigningRole) => webCrypto.ed25519Sign(signers[role].secret, concat(manifestLabel(role), bytes));
  const task: SignedTask = {
    manifest: toBase64Url(bytes),
    register: toBase64Url(await sign("register")),
    helper: toBase64Url(await sign("helper")),
  };
  const keys = { registerKey: toBase64Url(signers.register.public), helperKey: toBase64Url(signers.helper.public) };

  /** Opens and verifies one report as both aggregators do. @returns the sum over the batch of it alone */
  async function read(bytes: Uint8Array): Promise<number[]> {
    const { metadata, publicShare, leaderShare, helperShare } = Report.decode(bytes);
    const aad = InputShareAad.encode({ taskId: id, task: configuration, metadata, publicShare });
    const share = async (to: Aggregator, { enc, payload: ciphertext }: HpkeCiphertext) => {
      const info = dap18.inputShareInfo(to);
      const plain = await open({ crypto: webCrypto, recipient: pairs[to], info, aad, enc, ciphertext });
      return PlaintextInputShare.decode(plain).payload;
    };
    const prio3 = newPrio3(vdaf);
    const context = dap18.vdafContext(id);
    const verifyKey = webEntropy.bytes(32);
    const verify = (aggregator: number, input: Uint8Array) =>
      prio3.verifyInit(verifyKey, context, aggregator, metadata.reportId, publicShare, input);
    const leader = verify(0, await share("leader", leaderShare));
    const helper = verify(1, await share("helper", helperShare));
    const message = prio3.verifierSharesToMessage(context, [leader.verifierShare, helper.verifierShare]);
    const outputs = [leader, helper].map(({ state }) => prio3.verifyNext(state, message));
    return prio3.unshard(outputs, 1).map(Number);
  }

  return { task, keys, read };
}
