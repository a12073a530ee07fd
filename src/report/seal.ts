// From a contribution to the bytes that leave the device. Every report of a task has the same size and the same time,
// whatever is in it.
import { fail } from "../base/errors.ts";
import { field128 } from "../math/field/field128.ts";
import type { Crypto } from "../ports/crypto.ts";
import type { AnyEntropy } from "../ports/entropy.ts";
import type { Keystream } from "../ports/keystream.ts";
import { tokensExtension } from "../protocol/privacypass/extension.ts";
import type { Token } from "../protocol/privacypass/token.ts";
import { newAdditiveSharder } from "../protocol/vdaf/additive/sharder.ts";
import { type DeviceEngine, type DeviceMeasurement, newDeviceSharder } from "../protocol/vdaf/device-sharder.ts";
import type { DapTask } from "../task/dap.ts";
import type { SignedManifest } from "../task/envelope.ts";
import type { Contribution, SealedReport } from "../task/stages.ts";
import { engineOver } from "./engine.ts";
import { measurementOf } from "./measurement.ts";
import { checkRecipients, type DeviceSharding, newSealer } from "./sealer.ts";
import { sealingTask } from "./task.ts";

/** Makes reports of one task. */
export interface Reporter {
  readonly task: DapTask;
  /** @param tokens as many as the task says, where tokens are the budget */
  seal(contribution: Contribution, tokens?: readonly Token[]): Promise<SealedReport>;
}

/**
 * @param platform engine: what to compute with, for this reporter alone; small and plain TypeScript where it is left out;
 *   keystream: for tasks of additive shares
 * @param secret of the member's account, 32 bytes; report ids are random without it
 */
export async function newReporter(
  platform: {
    readonly crypto: Crypto;
    readonly entropy: AnyEntropy;
    readonly engine?: DeviceEngine | undefined;
    readonly keystream?: Keystream;
  },
  signed: SignedManifest,
  secret?: Uint8Array,
): Promise<Reporter> {
  const { task, sealing } = await sealingTask(platform.crypto, signed);
  await checkRecipients(platform.crypto, sealing);
  const { manifest } = signed;
  const report = newSealer(platform, sealing, sharderOf(manifest, platform), secret);
  return {
    task,
    seal: async (contribution, tokens = []) => {
      const extensions = tokens.length === 0 ? [] : [tokensExtension(tokens)];
      return (await report(measurementOf(manifest, contribution), extensions)) as SealedReport;
    },
  };
}

function sharderOf(
  { vdaf }: SignedManifest["manifest"],
  { engine = engineOver(field128), keystream }: Parameters<typeof newReporter>[0],
): DeviceSharding<DeviceMeasurement> {
  if (vdaf.type !== "AdditiveSum") return newDeviceSharder(vdaf, engine);
  return newAdditiveSharder(vdaf, keystream ?? fail("unsupported", "additive shares need a keystream"));
}
