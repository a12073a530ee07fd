// Both aggregators of a task, in the page: what it takes to make a task and to read its reports.
import { toHex } from "../../src/base/bytes.ts";
import type { ReportTask } from "../../src/client/report.ts";
import { webCrypto, webEntropy } from "../../src/platform/web/index.ts";
import type { HpkeCiphertext } from "../../src/protocol/dap/hpke-config.ts";
import { InputShareAad, PlaintextInputShare, Report } from "../../src/protocol/dap/report.ts";
import { TaskConfiguration } from "../../src/protocol/dap/task-configuration.ts";
import { type Aggregator, dap18 } from "../../src/protocol/dap/version.ts";
import { open } from "../../src/protocol/hpke/hpke.ts";
import type { DeviceParameters } from "../../src/protocol/vdaf/device-sharder.ts";
import { newPrio3 } from "../../src/protocol/vdaf/new-prio3.ts";

export const histogram: DeviceParameters = { type: "Prio3Histogram", length: 10, chunkLength: 3 };
export const sumVec: DeviceParameters = { type: "Prio3SumVec", length: 6, maxMeasurement: 200, chunkLength: 7 };

export async function newTask(vdaf: DeviceParameters) {
  const pairs = { leader: await webCrypto.x25519Generate(), helper: await webCrypto.x25519Generate() };
  const id = webEntropy.bytes(32);
  const configuration: TaskConfiguration = {
    taskInfo: webEntropy.bytes(32),
    leaderUrl: "https://leader.test",
    helperUrl: "https://helper.test",
    timePrecision: 86_400n,
    minBatchSize: 10n,
    batchMode: "time-interval",
    vdaf,
    interval: { start: 20_000n, duration: 7n },
  };
  const task: ReportTask = {
    id: toHex(id),
    configuration: toHex(TaskConfiguration.encode(configuration)),
    vdaf,
    time: 20_000,
    keys: {
      leader: { id: 7, publicKey: toHex(pairs.leader.public) },
      helper: { id: 9, publicKey: toHex(pairs.helper.public) },
    },
  };

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

  return { task, read };
}
